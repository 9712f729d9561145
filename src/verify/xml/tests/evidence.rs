//! What a signature brings along for the judgement of its certificate, with nothing else at hand.

use super::workshop::{ENVELOPED, World, check, key_info, reference, signature};
use crate::{
    cms::testing::{CrlTemplate, Identity, Template, at},
    context::{Context, Material, MaterialFile},
    options::{Options, RevocationMode},
    report::{FileVerdict, RevocationStatus, SubIndication},
    xmldsig::base64,
};

/// Root, an authority below it, and the signer; revocation has to be known.
struct Chain {
    world: World,
    authority: Identity,
    signer: Identity,
}

impl Chain {
    fn new() -> Self {
        let world = World::new();
        let authority = Template::authority("Authority").issued_by(&world.root);
        let signer = Template::leaf("Signer below").issued_by(&authority);
        Self {
            world,
            authority,
            signer,
        }
    }

    fn context(&self) -> Context {
        let options = Options {
            at: Some(at("2026-03-05T00:00:00Z")),
            revocation: RevocationMode::Require,
            ..Options::default()
        };
        let mut material = Material::default();
        let root = self.world.root.certificate.der();
        material.anchors.push(MaterialFile::new("root", root));
        Context::new(options, material).unwrap()
    }

    /// A signature whose KeyInfo holds its own certificate alone, and what is left of it.
    fn signed(&self, in_key_info: &str, unsigned: &str) -> String {
        let info =
            key_info(&[&self.signer]).replace("</X509Data>", &format!("{in_key_info}</X509Data>"));
        let object = format!(
            "<Object><q:QualifyingProperties xmlns:q=\"http://uri.etsi.org/01903/v1.3.2#\" \
             xmlns:v=\"http://uri.etsi.org/01903/v1.4.1#\" Target=\"#sig\"><q:UnsignedProperties>\
             <q:UnsignedSignatureProperties>{unsigned}</q:UnsignedSignatureProperties>\
             </q:UnsignedProperties></q:QualifyingProperties></Object>"
        );
        let text = signature(&reference("", "", &[ENVELOPED]), &info, &object);
        super::workshop::fill(&format!("<doc>{text}</doc>"), &self.signer, None)
    }

    fn certificates(&self) -> String {
        let authority = base64::encode(self.authority.certificate.der());
        format!(
            "<q:CertificateValues><q:EncapsulatedX509Certificate>{authority}\
             </q:EncapsulatedX509Certificate></q:CertificateValues>"
        )
    }

    /// Lists of both issuers; the authority's with a serial number in it.
    fn lists(&self, revoked: Option<u32>) -> [String; 2] {
        let list = || CrlTemplate::new("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
        let day = at("2026-02-01T00:00:00Z");
        let authoritys = CrlTemplate {
            revoked: revoked
                .map(|serial| (serial, day, None))
                .into_iter()
                .collect(),
            ..list()
        };
        [
            list().issued_by(&self.world.root),
            authoritys.issued_by(&self.authority),
        ]
        .map(|list| base64::encode(list.bytes()))
    }
}

fn revocation_values([one, other]: &[String; 2]) -> String {
    format!(
        "<q:RevocationValues><q:CRLValues><q:EncapsulatedCRLValue>{one}</q:EncapsulatedCRLValue>\
         <q:EncapsulatedCRLValue>{other}</q:EncapsulatedCRLValue></q:CRLValues></q:RevocationValues>"
    )
}

#[test]
fn certificates_and_lists_among_the_properties_count() {
    let chain = Chain::new();
    let context = chain.context();
    let (certificates, lists) = (chain.certificates(), revocation_values(&chain.lists(None)));
    let wrapped = |name: &str| format!("<v:{name}>{certificates}{lists}</v:{name}>");
    for unsigned in [
        format!("{certificates}{lists}"),
        wrapped("TimeStampValidationData"),
        wrapped("AnyValidationData"),
    ] {
        let report = check(&context, &chain.signed("", &unsigned));
        assert_eq!(report.verdict, FileVerdict::Passed, "{report:?}");
        let statuses = report.signatures[0].revocation.iter().map(|it| it.status);
        assert!(statuses.eq([RevocationStatus::Good, RevocationStatus::Good]));
    }
    // Without the lists nobody knows, without the authority there is no path.
    let report = check(&context, &chain.signed("", &certificates));
    let one = &report.signatures[0];
    assert_eq!(report.verdict, FileVerdict::Undetermined);
    assert_eq!(one.revocation[0].status, RevocationStatus::Undetermined);
    let report = check(&context, &chain.signed("", &lists));
    assert_eq!(report.verdict, FileVerdict::Undetermined);
    assert!(report.signatures[0].revocation.is_empty());
}

#[test]
fn lists_in_key_info_count_as_well() {
    let chain = Chain::new();
    let authority = base64::encode(chain.authority.certificate.der());
    let lists = chain
        .lists(None)
        .map(|list| format!("<X509CRL>{list}</X509CRL>"));
    let inside = format!(
        "<X509Certificate>{authority}</X509Certificate>{}",
        lists.concat()
    );
    let report = check(&chain.context(), &chain.signed(&inside, ""));
    assert_eq!(report.verdict, FileVerdict::Passed, "{report:?}");
}

/// It is not signed by the signer, so anybody may add to it: what counts is who signed the list.
#[test]
fn a_list_speaks_for_its_own_issuer_alone() {
    let chain = Chain::new();
    let context = chain.context();
    let revoked = revocation_values(&chain.lists(Some(7)));
    let report = check(
        &context,
        &chain.signed("", &(chain.certificates() + &revoked)),
    );
    let one = &report.signatures[0];
    assert_eq!(report.verdict, FileVerdict::Failed);
    assert_eq!(one.revocation[0].status, RevocationStatus::Revoked);
    assert!(
        matches!(
            one.sub_indication,
            Some(SubIndication::Revoked | SubIndication::RevokedNoPoe)
        ),
        "{:?}",
        one.sub_indication
    );
    // Lists of the same names by other keys.
    let forged = Chain {
        authority: Template::authority("Authority").issued_by(&chain.world.root),
        world: World::new(),
        signer: Template::leaf("x").issued_by(&chain.authority),
    };
    let forged = revocation_values(&forged.lists(None));
    let report = check(
        &context,
        &chain.signed("", &(chain.certificates() + &forged)),
    );
    assert_eq!(report.verdict, FileVerdict::Undetermined);
    let statuses = report.signatures[0].revocation.iter().map(|it| it.status);
    assert!(statuses.eq([
        RevocationStatus::Undetermined,
        RevocationStatus::Undetermined
    ]));
}
