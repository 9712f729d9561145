//! The table. Names and places are those of real files and of the circulars named; what could not be confirmed says so.

use super::{ANY, Canonicalisation, Data, Kind, ONE, Profile, Slot, Way};
use crate::options::XmlProfile;

/// XAdES with exclusive canonicalisation: stands on its own wherever the signature is moved to.
pub(crate) const WAY_GENERIC: Way = Way {
    c14n: Canonicalisation::Exclusive,
    enveloped: true,
    explicit: true,
    time_object: false,
    xades: true,
    subject_name: false,
    chain: true,
    prefix: "ds",
};

/// Sellers' signatures on e-invoices: enveloped-signature alone, Canonical XML 1.0 implied, SigningTime in an Object.
const WAY_SELLER: Way = Way {
    c14n: Canonicalisation::Inclusive,
    enveloped: true,
    explicit: false,
    time_object: true,
    xades: false,
    subject_name: true,
    chain: false,
    prefix: "",
};

/// The tax authority's: no transforms at all.
const WAY_AUTHORITY: Way = Way {
    enveloped: false,
    ..WAY_SELLER
};

/// Tax returns and health insurance: one enveloped signature, no time.
const WAY_PLAIN: Way = Way {
    time_object: false,
    ..WAY_SELLER
};

/// edXML: exclusive canonicalisation as a transform (QCVN 102:2016/BTTTT).
const WAY_EDXML: Way = Way {
    c14n: Canonicalisation::Exclusive,
    explicit: true,
    prefix: "ds",
    ..WAY_PLAIN
};

/// A slot that is signed by itself, once.
const SLOT: Slot = Slot {
    name: "",
    parent: &[],
    elsewhere: &[],
    data: Data::Document,
    also: &[],
    after: &[],
    needs: &[],
    several: false,
    way: WAY_SELLER,
};

const INVOICE: Data = Data::Paths(&[&["DLHDon"]]);
const NOTICE: Data = Data::Paths(&[&["DLTBao"]]);

/// Circular 78/2021/TT-BTC, Decision 1450/QĐ-TCT: invoices, declarations, notices and summaries, alone or in a message.
const EINVOICE: Profile = Profile {
    name: XmlProfile::Einvoice,
    kinds: &[
        Kind {
            containers: &[&["HDon"], &["TDiep", "DLieu", "HDon"]],
            namespaces: &[],
            holding: &[],
            slots: &[
                Slot {
                    name: "NBan",
                    parent: &["DSCKS", "NBan"],
                    data: INVOICE,
                    ..SLOT
                },
                Slot {
                    name: "NMua",
                    parent: &["DSCKS", "NMua"],
                    data: INVOICE,
                    after: &["NBan"],
                    ..SLOT
                },
                Slot {
                    name: "CCKSKhac",
                    parent: &["DSCKS", "CCKSKhac"],
                    data: INVOICE,
                    several: true,
                    ..SLOT
                },
                Slot {
                    name: "CQT",
                    parent: &["DSCKS", "CQT"],
                    data: INVOICE,
                    // The code that the authority gives the invoice.
                    also: &[&["MCCQT"]],
                    after: &["NBan"],
                    needs: &["NBan"],
                    way: WAY_AUTHORITY,
                    ..SLOT
                },
            ],
        },
        // Notices: of the authority, or of a taxpayer about wrong invoices (form 04/SS-HĐĐT).
        Kind {
            containers: &[&["TBao"], &["TDiep", "DLieu", "TBao"]],
            namespaces: &[],
            holding: &[],
            slots: &[
                Slot {
                    name: "NNT",
                    parent: &["DSCKS", "NNT"],
                    data: NOTICE,
                    ..SLOT
                },
                Slot {
                    name: "TTCQT",
                    parent: &["DSCKS", "TTCQT"],
                    data: NOTICE,
                    way: WAY_AUTHORITY,
                    ..SLOT
                },
                Slot {
                    name: "CQT",
                    parent: &["DSCKS", "CQT"],
                    data: NOTICE,
                    after: &["TTCQT"],
                    way: WAY_AUTHORITY,
                    ..SLOT
                },
                Slot {
                    name: "CCKSKhac",
                    parent: &["DSCKS", "CCKSKhac"],
                    data: NOTICE,
                    several: true,
                    ..SLOT
                },
            ],
        },
        Kind {
            containers: &[&["TKhai"], &["TDiep", "DLieu", "TKhai"]],
            namespaces: &[],
            holding: &[],
            slots: &[Slot {
                name: "NNT",
                parent: &["DSCKS", "NNT"],
                data: Data::Paths(&[&["DLTKhai"]]),
                ..SLOT
            }],
        },
        Kind {
            containers: &[&["BTHDLieu"], &["TDiep", "DLieu", "BTHDLieu"]],
            namespaces: &[],
            holding: &[],
            slots: &[Slot {
                name: "NNT",
                parent: &["DSCKS", "NNT"],
                data: Data::Paths(&[&["DLBTHop"]]),
                ..SLOT
            }],
        },
    ],
};

/// A tax return and its like: one data node, and beside it the signatures of taxpayer and agent.
const fn tax_slot(data: Data) -> Slot {
    Slot {
        name: "CKyDTu",
        parent: &["CKyDTu"],
        elsewhere: &[],
        data,
        also: &[],
        after: &[],
        needs: &[],
        several: true,
        way: WAY_PLAIN,
    }
}

/// Circular 19/2021/TT-BTC: electronic transactions in tax matters. The data node's id is `NODETOSIGN` or
/// `_NODE_TO_SIGN`, in a lower-case `id`.
const TAX: Profile = Profile {
    name: XmlProfile::Tax,
    kinds: &[
        Kind {
            containers: &[&["HSoThueDTu"]],
            namespaces: &["http://kekhaithue.gdt.gov.vn/TKhaiThue", ""],
            holding: &[],
            slots: &[tax_slot(Data::Paths(&[&["HSoKhaiThue"]]))],
        },
        Kind {
            containers: &[&["DKyThueDTu"]],
            namespaces: &["http://kekhaithue.gdt.gov.vn/HSoDKy", ""],
            holding: &[],
            slots: &[tax_slot(Data::Paths(&[&["DKyThue"]]))],
        },
        // What the authority answers.
        Kind {
            containers: &[&["TBaoThueDTu"]],
            namespaces: &[],
            holding: &[],
            slots: &[tax_slot(Data::Paths(&[&["TBaoThue"]]))],
        },
    ],
};

/// Decisions 130 and 4750/QĐ-BYT, and 4210 before them: records for health insurance.
const HEALTH: Profile = Profile {
    name: XmlProfile::Health,
    kinds: &[
        Kind {
            containers: &[&["GIAMDINHHS"]],
            namespaces: &[],
            holding: &[],
            slots: &[Slot {
                name: "CHUKYDONVI",
                parent: &["CHUKYDONVI"],
                // From <THONGTINDONVI> to </THONGTINHOSO>.
                data: Data::Paths(&[&["THONGTINDONVI"], &["THONGTINHOSO"]]),
                way: WAY_PLAIN,
                ..SLOT
            }],
        },
        // Check-in, certificates of Circular 25/2025/TT-BYT, births, deaths, catalogues: the slot stands at various depths.
        Kind {
            containers: &[
                &["CHI_TIEU_TRANG_THAI_KCB"],
                &["HSCHUNGTU"],
                &["HSDLGBT"],
                &["HSDLGCS"],
                &["HSDANHMUC"],
            ],
            namespaces: &[],
            holding: &[],
            slots: &[Slot {
                name: "CHUKYDONVI",
                parent: &[ANY, "CHUKYDONVI"],
                way: WAY_PLAIN,
                ..SLOT
            }],
        },
    ],
};

/// School records: teachers, then head teacher, then management, then the release. The first ones stand inside what
/// the later ones cover. Places as products that exchange these files have them; no circular was found that says so.
const SCHOOL: Profile = Profile {
    name: XmlProfile::School,
    kinds: &[Kind {
        containers: &[&[ONE]],
        namespaces: &[],
        holding: &[&["DU_LIEU_HOC_BA"], &[ONE, "DU_LIEU_HOC_BA"]],
        slots: &[
            Slot {
                name: "GVBM",
                parent: &[ANY, "DANH_SACH_GVBM", "GVBM"],
                data: Data::Naming("DIEM_TONG_KET"),
                way: WAY_PLAIN,
                ..SLOT
            },
            Slot {
                name: "GVCN",
                parent: &[ANY, "DANH_SACH_THONG_TIN_KY", "GVCN"],
                data: Data::Id("thongtinhocba"),
                after: &["GVBM"],
                way: WAY_PLAIN,
                ..SLOT
            },
            Slot {
                name: "CBQL",
                parent: &[ANY, "PHAT_HANH_HOC_BA", ANY, "CBQL"],
                elsewhere: &[&["CBQL"]],
                data: SCHOOL_RECORD,
                after: &["GVBM", "GVCN"],
                way: WAY_PLAIN,
                ..SLOT
            },
            Slot {
                name: "KY_PHAT_HANH",
                parent: &[ANY, "PHAT_HANH_HOC_BA", "KY_PHAT_HANH"],
                elsewhere: &[&["KY_PHAT_HANH"]],
                data: SCHOOL_RECORD,
                after: &["GVBM", "GVCN", "CBQL"],
                way: WAY_PLAIN,
                ..SLOT
            },
        ],
    }],
};

const SCHOOL_RECORD: Data = Data::Paths(&[&[ANY, "DU_LIEU_HOC_BA"]]);

/// QCVN 102:2016/BTTTT: documents between authorities. The signature stands in the header.
const EDXML: Profile = Profile {
    name: XmlProfile::Edxml,
    kinds: &[Kind {
        containers: &[&["edXML"], &["edXMLEnvelope"]],
        namespaces: &[],
        holding: &[],
        slots: &[Slot {
            name: "edXMLHeader",
            parent: &[ANY, "edXMLHeader"],
            way: WAY_EDXML,
            several: true,
            ..SLOT
        }],
    }],
};

/// All profiles but `generic`.
pub(crate) static PROFILES: &[Profile] = &[EINVOICE, TAX, HEALTH, SCHOOL, EDXML];
