//! XPath 1.0 expressions as values.

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Union(Vec<Expr>),
    Compare(Comparison, Box<[Expr; 2]>),
    Arithmetic(Arithmetic, Box<[Expr; 2]>),
    Negate(Box<Expr>),
    Literal(String),
    Number(f64),
    Call(Function, Vec<Expr>),
    Path(Start, Vec<Step>),
    /// The same wherever it is evaluated: only once.
    Once(usize, Box<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Start {
    Root,
    Context,
    /// An expression with predicates.
    Filter(Box<Expr>, Vec<Expr>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: Test,
    pub(super) predicates: Vec<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Namespace,
    Parent,
    Preceding,
    PrecedingSibling,
    Itself,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// `*`
    Any,
    /// `p:*`, by the name of the namespace.
    InNamespace(String),
    Name {
        namespace: String,
        local: String,
    },
    Node,
    Text,
    Comment,
    Instruction(Option<String>),
}

macro_rules! functions {
    ($($variant:ident $name:literal $least:literal $most:literal)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Function { $($variant),* }

        /// A function with how many arguments it takes.
        pub(super) fn function(name: &str) -> Option<(Function, usize, usize)> {
            match name {
                $($name => Some((Function::$variant, $least, $most)),)*
                _ => None,
            }
        }
    };
}

functions! {
    Last "last" 0 0
    Position "position" 0 0
    Count "count" 1 1
    Id "id" 1 1
    LocalName "local-name" 0 1
    NamespaceUri "namespace-uri" 0 1
    Name "name" 0 1
    String "string" 0 1
    Concat "concat" 2 1024
    StartsWith "starts-with" 2 2
    Contains "contains" 2 2
    SubstringBefore "substring-before" 2 2
    SubstringAfter "substring-after" 2 2
    Substring "substring" 2 3
    StringLength "string-length" 0 1
    NormalizeSpace "normalize-space" 0 1
    Translate "translate" 3 3
    Boolean "boolean" 1 1
    Not "not" 1 1
    True "true" 0 0
    False "false" 0 0
    Lang "lang" 1 1
    Number "number" 0 1
    Sum "sum" 1 1
    Floor "floor" 1 1
    Ceiling "ceiling" 1 1
    Round "round" 1 1
}

/// An expression, and how many parts of it are evaluated once.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) expr: Expr,
    pub(super) once: usize,
}

/// Whether it gives the same for every node.
pub(super) fn is_free(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) | Expr::Number(_) | Expr::Once(..) => true,
        Expr::Or(all) | Expr::And(all) | Expr::Union(all) => all.iter().all(is_free),
        Expr::Compare(_, sides) | Expr::Arithmetic(_, sides) => sides.iter().all(is_free),
        Expr::Negate(inner) => is_free(inner),
        Expr::Call(Function::Last | Function::Position | Function::Lang, _) => false,
        Expr::Call(Function::True | Function::False, _) => true,
        Expr::Call(_, arguments) => !arguments.is_empty() && arguments.iter().all(is_free),
        // Predicates look at the nodes of the path itself.
        Expr::Path(Start::Root, _) => true,
        Expr::Path(Start::Filter(primary, _), _) => is_free(primary),
        Expr::Path(Start::Context, _) => false,
    }
}

/// A node test by its name.
pub(super) fn node_test(name: &str) -> Option<Test> {
    Some(match name {
        "node" => Test::Node,
        "text" => Test::Text,
        "comment" => Test::Comment,
        "processing-instruction" => Test::Instruction(None),
        _ => return None,
    })
}

/// An axis by its name.
pub(super) fn axis(name: &str) -> Option<Axis> {
    Some(match name {
        "ancestor" => Axis::Ancestor,
        "ancestor-or-self" => Axis::AncestorOrSelf,
        "attribute" => Axis::Attribute,
        "child" => Axis::Child,
        "descendant" => Axis::Descendant,
        "descendant-or-self" => Axis::DescendantOrSelf,
        "following" => Axis::Following,
        "following-sibling" => Axis::FollowingSibling,
        "namespace" => Axis::Namespace,
        "parent" => Axis::Parent,
        "preceding" => Axis::Preceding,
        "preceding-sibling" => Axis::PrecedingSibling,
        "self" => Axis::Itself,
        _ => return None,
    })
}
