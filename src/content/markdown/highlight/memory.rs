//! Lines that were coloured before: what a line becomes depends on it and on the state before it alone.
//!
//! Never changes what comes out. Kept within a budget: what does not fit is coloured again.

use super::State;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most states that are told apart.
const MOST_STATES: usize = 256;
/// Most text that is kept, in bytes of lines and of their HTML.
const MOST_TEXT: usize = 4 << 20;

static MEMORY: Mutex<Memory> = Mutex::new(Memory { states: Vec::new(), text: 0 });

struct Memory {
    states: Vec<Known>,
    /// How much text is kept.
    text: usize,
}

/// A state that lines were coloured in.
struct Known {
    state: State,
    lines: HashMap<Box<str>, Coloured>,
}

/// What a line became.
struct Coloured {
    html: Box<str>,
    /// The state after it, by its place in the list.
    next: usize,
}

/// A state between two lines.
pub(super) enum Between {
    /// One that is remembered, by its place in the list.
    Known(usize),
    /// Another.
    Other(State),
}

impl Between {
    /// Where a block begins.
    pub(super) fn of(state: State) -> Between {
        memory().place(state)
    }

    /// Appends the HTML of a line that was coloured in this state before; the state after it.
    pub(super) fn recall(&self, line: &str, html: &mut String) -> Option<Between> {
        let Between::Known(index) = self else { return None };
        let memory = memory();
        let coloured = memory.states.get(*index)?.lines.get(line)?;
        html.push_str(&coloured.html);
        Some(Between::Known(coloured.next))
    }

    /// The state itself, to go on with; nothing is ever forgotten.
    pub(super) fn state(&self) -> Option<State> {
        match self {
            Between::Known(index) => memory().states.get(*index).map(|known| known.state.clone()),
            Between::Other(state) => Some(state.clone()),
        }
    }

    /// Remembers what a line became in this state; the state after it.
    pub(super) fn keep(&self, line: &str, html: &str, next: State) -> Between {
        let mut memory = memory();
        let next = memory.place(next);
        let size = line.len() + html.len();
        if let (Between::Known(index), Between::Known(next)) = (self, &next)
            && memory.text + size <= MOST_TEXT
            && let Some(known) = memory.states.get_mut(*index)
        {
            known.lines.insert(line.into(), Coloured { html: html.into(), next: *next });
            memory.text += size;
        }
        next
    }
}

impl Memory {
    fn place(&mut self, state: State) -> Between {
        // What was met lately is met again.
        match self.states.iter().rposition(|known| known.state == state) {
            Some(index) => Between::Known(index),
            None if self.states.len() < MOST_STATES => {
                self.states.push(Known { state, lines: HashMap::new() });
                Between::Known(self.states.len() - 1)
            }
            None => Between::Other(state),
        }
    }
}

fn memory() -> MutexGuard<'static, Memory> {
    // A list to which things are only added is whole even after a panic.
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner)
}
