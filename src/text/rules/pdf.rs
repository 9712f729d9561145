//! Findings (`PDF-READ-…`) and errors (`pdf-…`) of reading PDF files.

rules! {
    /// Nothing in the file can be read as PDF.
    NOT_PDF = "pdf-unreadable", Error, en "this cannot be read as a PDF: {0}", vi "không đọc được tệp này như PDF: {0}";
}
