//! Options that the contract names and that do nothing yet. They are refused by name: an option that is
//! silently ignored would make a check look stricter than it was.

use clap::Args;

use crate::failure::Failure;

macro_rules! later {
    ($(#[$doc:meta])* $name:ident { $($field:ident = $long:literal,)* }) => {
        $(#[$doc])*
        #[derive(Args, Debug)]
        pub(crate) struct $name {
            $(#[arg(long = $long, value_name = "VALUE", hide = true, num_args = 1)] $field: Vec<String>,)*
        }

        impl $name {
            pub(crate) fn refuse(&self) -> Result<(), Failure> {
                $(if !self.$field.is_empty() {
                    return Err(Failure::usage("unsupported").with(concat!("--", $long)));
                })*
                Ok(())
            }
        }
    };
}

later! {
    /// Of the commands that check.
    LaterVerify {
        detached = "detached",
    }
}

later! {
    /// Of the commands that sign.
    LaterSign {
        tsa = "tsa", deadline = "deadline", proxy = "proxy",
    }
}
