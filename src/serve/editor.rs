//! Door: the editor in which a file is opened at its line.
//!
//! The command comes from whoever started the preview, never from the site, which may be a stranger's. No shell ever sees
//! it, and no file outside the site is ever named to it.

use crate::base::SourcePath;
use std::path::{Component, Path};
use std::process::{Command, Stdio};

/// A command that opens files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editor {
    program: String,
    arguments: Vec<String>,
    form: Form,
}

/// How a place is told to an editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Where the command itself says so: `{file}`, `{line}`, `{column}`.
    Named,
    /// Like this.
    Words(&'static [&'static str]),
}

/// How editors are told a place, by the name of their program.
const FORMS: &[(&[&str], &[&str])] = &[
    (
        &["code", "code-insiders", "codium", "vscodium", "code-oss", "cursor", "windsurf", "positron"],
        &["-g", "{file}:{line}:{column}"],
    ),
    (&["zed", "zeditor", "zed-editor", "subl", "sublime_text", "lapce", "hx", "helix"], &["{file}:{line}:{column}"]),
    (&["vim", "nvim", "gvim", "mvim", "vi", "nvim-qt", "neovide", "kak", "micro"], &["+{line}", "{file}"]),
    (&["emacs", "emacsclient"], &["+{line}:{column}", "{file}"]),
    (&["nano"], &["+{line},{column}", "{file}"]),
    (
        &[
            "idea",
            "pycharm",
            "webstorm",
            "phpstorm",
            "rustrover",
            "clion",
            "goland",
            "rubymine",
            "rider",
            "fleet",
            "idea64",
            "pycharm64",
            "webstorm64",
            "phpstorm64",
            "rustrover64",
            "charm",
            "pstorm",
            "wstorm",
            "mine",
        ],
        &["--line", "{line}", "--column", "{column}", "{file}"],
    ),
    (&["kate", "kwrite"], &["--line", "{line}", "--column", "{column}", "{file}"]),
    (&["gedit", "gnome-text-editor", "xed", "pluma"], &["+{line}:{column}", "{file}"]),
    (&["mate", "textmate", "bbedit"], &["--line", "{line}", "{file}"]),
    (&["notepad++"], &["-n{line}", "-c{column}", "{file}"]),
];

/// Editors that want a terminal, and which argument lets them do without.
const IN_TERMINALS: &[(&str, Option<&str>)] = &[
    ("vim", Some("-g")),
    ("vi", Some("-g")),
    ("nvim", None),
    ("nano", None),
    ("hx", None),
    ("helix", None),
    ("kak", None),
    ("micro", None),
    ("ed", None),
    ("pico", None),
    ("joe", None),
    ("mcedit", None),
];

impl Editor {
    /// Reads a command line; says why it is none, or why it cannot be started from here.
    pub fn parse(command: &str) -> Result<Editor, String> {
        let mut words = shlex::split(command).ok_or("its quotes do not match")?.into_iter();
        let program = words.next().filter(|program| !program.is_empty()).ok_or("it is empty")?;
        let arguments: Vec<String> = words.collect();
        let name = name_of(&program);
        let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
        let is_emacs_in_terminal = match name.as_str() {
            "emacs" => has("-nw") || has("--no-window-system"),
            "emacsclient" => has("-nw") || has("-t") || has("-tty") || has("--tty"),
            _ => false,
        };
        // Somebody's own script is not the editor whose name it has.
        let is_script = program.ends_with(".sh");
        let wants_terminal =
            !is_script && IN_TERMINALS.iter().any(|(known, without)| *known == name && !without.is_some_and(has));
        if wants_terminal || is_emacs_in_terminal {
            return Err(format!(
                "`{name}` needs a terminal of its own; name an editor with a window, with `--editor` or MANCHETTE_EDITOR"
            ));
        }
        let is_named = arguments.iter().any(|argument| argument.contains("{file}"));
        let form = match FORMS.iter().find(|(names, _)| names.contains(&name.as_str())) {
            _ if is_named => Form::Named,
            Some((_, words)) => Form::Words(words),
            None => Form::Words(&["{file}"]),
        };
        Ok(Editor { program, arguments, form })
    }

    /// The words that open a file at a place.
    fn words(&self, file: &str, line: u32, column: u32) -> Vec<String> {
        let filled = |word: &str| {
            // The file last: its name may hold anything.
            word.replace("{line}", &line.to_string()).replace("{column}", &column.to_string()).replace("{file}", file)
        };
        let own = self.arguments.iter();
        match self.form {
            Form::Named => own.map(|word| filled(word)).collect(),
            Form::Words(words) => own.cloned().chain(words.iter().map(|word| filled(word))).collect(),
        }
    }

    /// Opens a file of the site whose folder is given. Says why not.
    pub fn open(&self, root: &Path, file: &SourcePath, line: u32, column: u32) -> Result<(), String> {
        let path = Path::new(file.as_str());
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err("that file is not of this site".to_owned());
        }
        let path = root.join(path);
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        if !real(&path).zip(real(root)).is_some_and(|(file, root)| file.starts_with(root)) {
            return Err("there is no such file in the site's folder".to_owned());
        }
        let path = path.to_str().ok_or("the name of that file is not UTF-8")?;
        let mut command = Command::new(&self.program);
        command.args(self.words(path, line, column)).current_dir(root);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // A signal to our terminal is not meant for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child =
            command.spawn().map_err(|error| format!("`{}` cannot be started: {error}", name_of(&self.program)))?;
        // Somebody must wait for it, or it stays in the system's table after its end.
        let _ = std::thread::Builder::new().name("editor".to_owned()).stack_size(64 << 10).spawn(move || child.wait());
        Ok(())
    }
}

/// The name of a program, without its folder and what only some systems write.
fn name_of(program: &str) -> String {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program).to_lowercase();
    let ends = [".exe", ".cmd", ".bat", ".sh"];
    ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(command: &str) -> String {
        let editor = Editor::parse(command).unwrap_or_else(|error| panic!("{command}: {error}"));
        let words = editor.words("/s/a b.md", 12, 3);
        std::iter::once(editor.program).chain(words).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn editors_are_told_the_place_in_their_own_way() {
        for (command, expected) in [
            ("code", "code|-g|/s/a b.md:12:3"),
            ("/usr/bin/codium --reuse-window", "/usr/bin/codium|--reuse-window|-g|/s/a b.md:12:3"),
            ("cursor", "cursor|-g|/s/a b.md:12:3"),
            ("zed", "zed|/s/a b.md:12:3"),
            ("subl -n", "subl|-n|/s/a b.md:12:3"),
            ("gvim", "gvim|+12|/s/a b.md"),
            ("vim -g", "vim|-g|+12|/s/a b.md"),
            ("emacs", "emacs|+12:3|/s/a b.md"),
            ("emacsclient -n", "emacsclient|-n|+12:3|/s/a b.md"),
            ("'/opt/My Idea/idea.sh'", "/opt/My Idea/idea.sh|--line|12|--column|3|/s/a b.md"),
            ("rustrover", "rustrover|--line|12|--column|3|/s/a b.md"),
            ("kate", "kate|--line|12|--column|3|/s/a b.md"),
            ("gedit", "gedit|+12:3|/s/a b.md"),
            ("my-editor", "my-editor|/s/a b.md"),
            ("foot nvim +{line} {file}", "foot|nvim|+12|/s/a b.md"),
            ("code --goto '{file}:{line}'", "code|--goto|/s/a b.md:12"),
        ] {
            assert_eq!(words(command), expected, "{command}");
        }
    }

    #[test]
    fn the_name_of_a_file_is_never_read_as_anything_else() {
        let editor = Editor::parse("x {line} {file}").unwrap();
        assert_eq!(editor.words("/s/{line} $(x) '\".md", 1, 1), ["1", "/s/{line} $(x) '\".md"]);
    }

    #[test]
    fn editors_that_want_a_terminal_are_refused() {
        for command in ["vim", "/usr/bin/vi", "nvim", "nano", "hx", "emacs -nw", "emacsclient -t"] {
            assert!(Editor::parse(command).unwrap_err().contains("needs a terminal"), "{command}");
        }
        assert!(Editor::parse("/home/me/ed.sh {file}").is_ok());
        for command in ["", "  ", "'x"] {
            assert!(Editor::parse(command).is_err(), "{command:?}");
        }
    }

    #[test]
    fn nothing_outside_the_site_is_opened() {
        let editor = Editor::parse("true").unwrap();
        for file in ["../x", "/etc/passwd", "a/../../x", "./x"] {
            assert!(editor.open(Path::new("/nowhere"), &SourcePath::new(file), 1, 1).is_err(), "{file}");
        }
    }
}
