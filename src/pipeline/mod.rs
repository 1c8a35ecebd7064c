pub fn unreadable(_: &crate::base::SourcePath, _: &std::io::Error) -> crate::base::Diagnostic { todo!() }
