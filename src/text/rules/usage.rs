//! Errors of files, arguments and options.

rules! {
    /// The operating system could not read.
    IO_READ = "io-read", Error, en "cannot read {0}: {1}", vi "không đọc được {0}: {1}";
    /// The operating system could not write.
    IO_WRITE = "io-write", Error, en "cannot write {0}: {1}", vi "không ghi được {0}: {1}";
    /// The file changed or shrank while it was read.
    IO_CHANGED = "io-changed", Error, en "the file changed while it was read", vi "tệp bị thay đổi trong khi đang đọc";
    /// An option or argument is not acceptable.
    ARGUMENT = "argument", Error, en "{0}: {1}", vi "{0}: {1}";
}
