//! Pieces while they are written: HTML is gathered until a symbolic piece comes.
//!
//! Never looks at what the HTML says, except for its last line end.

use crate::content::document::Piece;

/// Pieces while they are written; the HTML since the last one is not a piece yet.
#[derive(Debug, Default)]
pub struct Out {
    pieces: Vec<Piece>,
    /// The HTML since the last piece.
    pub html: String,
    /// Whether the last piece, when no HTML follows it, ends a line.
    at_line_start: bool,
}

impl Out {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.html.is_empty()
    }

    /// How many pieces are finished.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Appends HTML that begins a line.
    pub fn block(&mut self, html: &str) {
        let fresh = match self.html.as_bytes().last() {
            Some(last) => *last == b'\n',
            None => self.pieces.is_empty() || self.at_line_start,
        };
        if !fresh {
            self.html.push('\n');
        }
        self.html.push_str(html);
    }

    /// Appends a piece, after the HTML so far.
    pub fn piece(&mut self, piece: Piece) {
        self.flush();
        self.pieces.push(piece);
        self.at_line_start = false;
    }

    /// Appends a piece that is a block.
    pub fn block_piece(&mut self, piece: Piece) {
        self.block("");
        self.piece(piece);
        self.at_line_start = true;
    }

    /// Ends the piece of HTML, so that what follows is another.
    pub fn flush(&mut self) {
        if !self.html.is_empty() {
            self.at_line_start = self.html.ends_with('\n');
            self.pieces.push(Piece::Html(std::mem::take(&mut self.html).into()));
        }
    }

    /// Appends pieces; their HTML joins ours.
    pub fn append(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            match piece {
                Piece::Html(html) => self.html.push_str(&html),
                piece => self.piece(piece),
            }
        }
    }

    /// All pieces.
    pub fn finish(mut self) -> Vec<Piece> {
        self.flush();
        self.pieces
    }
}
