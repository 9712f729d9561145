//! Object identifiers that certificates, CRLs and CMS values name. Nothing here is made up: see <https://oidref.com>.

pub(crate) use const_oid::ObjectIdentifier as Oid;
use const_oid::db::{rfc4519, rfc5280, rfc5911, rfc5912, rfc6268, rfc8410};

// Extensions (RFC 5280 clause 4.2, 5.2, 5.3).
pub(crate) const AUTHORITY_KEY_ID: Oid = rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER;
pub(crate) const SUBJECT_KEY_ID: Oid = rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER;
pub(crate) const KEY_USAGE: Oid = rfc5280::ID_CE_KEY_USAGE;
pub(crate) const EXTENDED_KEY_USAGE: Oid = rfc5280::ID_CE_EXT_KEY_USAGE;
pub(crate) const BASIC_CONSTRAINTS: Oid = rfc5280::ID_CE_BASIC_CONSTRAINTS;
pub(crate) const CERTIFICATE_POLICIES: Oid = rfc5280::ID_CE_CERTIFICATE_POLICIES;
pub(crate) const SUBJECT_ALT_NAME: Oid = rfc5280::ID_CE_SUBJECT_ALT_NAME;
pub(crate) const ISSUER_ALT_NAME: Oid = rfc5280::ID_CE_ISSUER_ALT_NAME;
pub(crate) const CRL_DISTRIBUTION_POINTS: Oid = rfc5280::ID_CE_CRL_DISTRIBUTION_POINTS;
pub(crate) const FRESHEST_CRL: Oid = rfc5280::ID_CE_FRESHEST_CRL;
pub(crate) const AUTHORITY_INFO_ACCESS: Oid = rfc5280::ID_PE_AUTHORITY_INFO_ACCESS;
pub(crate) const CRL_NUMBER: Oid = rfc5280::ID_CE_CRL_NUMBER;
pub(crate) const DELTA_CRL_INDICATOR: Oid = rfc5280::ID_CE_DELTA_CRL_INDICATOR;
pub(crate) const ISSUING_DISTRIBUTION_POINT: Oid = rfc5280::ID_CE_ISSUING_DISTRIBUTION_POINT;
pub(crate) const CRL_REASON: Oid = rfc5280::ID_CE_CRL_REASONS;
pub(crate) const INVALIDITY_DATE: Oid = rfc5280::ID_CE_INVALIDITY_DATE;
pub(crate) const SUBJECT_INFO_ACCESS: Oid = rfc5280::ID_PE_SUBJECT_INFO_ACCESS;
pub(crate) const NAME_CONSTRAINTS: Oid = rfc5280::ID_CE_NAME_CONSTRAINTS;
pub(crate) const POLICY_MAPPINGS: Oid = rfc5280::ID_CE_POLICY_MAPPINGS;
pub(crate) const POLICY_CONSTRAINTS: Oid = rfc5280::ID_CE_POLICY_CONSTRAINTS;
pub(crate) const INHIBIT_ANY_POLICY: Oid = rfc5280::ID_CE_INHIBIT_ANY_POLICY;

// Purposes (RFC 5280 clause 4.2.1.12) and policy qualifiers (4.2.1.4).
pub(crate) const KP_TIME_STAMPING: Oid = rfc5280::ID_KP_TIME_STAMPING;
pub(crate) const KP_OCSP_SIGNING: Oid = rfc5280::ID_KP_OCSP_SIGNING;
pub(crate) const CPS: Oid = rfc5280::ID_QT_CPS;
pub(crate) const USER_NOTICE: Oid = rfc5280::ID_QT_UNOTICE;
pub(crate) const CERTIFICATE_ISSUER: Oid = rfc5280::ID_CE_CERTIFICATE_ISSUER;
/// expiredCertsOnCRL (ITU-T X.509 (10/2016) clause 9.5.2.8).
pub(crate) const EXPIRED_CERTS_ON_CRL: Oid = Oid::new_unwrap("2.5.29.60");

// OCSP (RFC 6960 clauses 4.2.1, 4.2.2.2, 4.4).
/// id-on-SmtpUTF8Mailbox (RFC 9598 clause 3).
pub(crate) const SMTP_UTF8_MAILBOX: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.8.9");
pub(crate) const OCSP: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.48.1");
pub(crate) const OCSP_BASIC: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.48.1.1");
pub(crate) const OCSP_NONCE: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.48.1.2");
pub(crate) const OCSP_NO_CHECK: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.48.1.5");
pub(crate) const OCSP_ARCHIVE_CUTOFF: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.48.1.6");
pub(crate) const CA_ISSUERS: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.48.2");

// Attribute types of names.
/// emailAddress (RFC 2985), which OpenSSL names and RFC 4514 does not.
pub(crate) const EMAIL_ADDRESS: Oid = Oid::new_unwrap("1.2.840.113549.1.9.1");
pub(crate) const COMMON_NAME: Oid = rfc4519::CN;

// Digests.
pub(crate) const MD5: Oid = rfc5912::ID_MD_5;
pub(crate) const SHA1: Oid = rfc5912::ID_SHA_1;
pub(crate) const SHA224: Oid = rfc5912::ID_SHA_224;
pub(crate) const SHA256: Oid = rfc5912::ID_SHA_256;
pub(crate) const SHA384: Oid = rfc5912::ID_SHA_384;
pub(crate) const SHA512: Oid = rfc5912::ID_SHA_512;

// Keys and signatures.
pub(crate) const RSA_ENCRYPTION: Oid = rfc5912::RSA_ENCRYPTION;
pub(crate) const RSASSA_PSS: Oid = rfc5912::ID_RSASSA_PSS;
pub(crate) const MGF1: Oid = rfc5912::ID_MGF_1;
pub(crate) const MD5_WITH_RSA: Oid = rfc5912::MD_5_WITH_RSA_ENCRYPTION;
pub(crate) const SHA1_WITH_RSA: Oid = rfc5912::SHA_1_WITH_RSA_ENCRYPTION;
/// The older name of sha1WithRSAEncryption (OIW), which some certificates still carry.
pub(crate) const SHA1_WITH_RSA_OIW: Oid = Oid::new_unwrap("1.3.14.3.2.29");
pub(crate) const SHA224_WITH_RSA: Oid = rfc5912::SHA_224_WITH_RSA_ENCRYPTION;
pub(crate) const SHA256_WITH_RSA: Oid = rfc5912::SHA_256_WITH_RSA_ENCRYPTION;
pub(crate) const SHA384_WITH_RSA: Oid = rfc5912::SHA_384_WITH_RSA_ENCRYPTION;
pub(crate) const SHA512_WITH_RSA: Oid = rfc5912::SHA_512_WITH_RSA_ENCRYPTION;
pub(crate) const EC_PUBLIC_KEY: Oid = rfc5912::ID_EC_PUBLIC_KEY;
pub(crate) const ECDSA_WITH_SHA1: Oid = Oid::new_unwrap("1.2.840.10045.4.1");
pub(crate) const ECDSA_WITH_SHA224: Oid = rfc5912::ECDSA_WITH_SHA_224;
pub(crate) const ECDSA_WITH_SHA256: Oid = rfc5912::ECDSA_WITH_SHA_256;
pub(crate) const ECDSA_WITH_SHA384: Oid = rfc5912::ECDSA_WITH_SHA_384;
pub(crate) const ECDSA_WITH_SHA512: Oid = rfc5912::ECDSA_WITH_SHA_512;
pub(crate) const ED25519: Oid = rfc8410::ID_ED_25519;

// CMS (RFC 5652) and what PAdES puts into it (RFC 5035, RFC 3161).
pub(crate) const DATA: Oid = rfc6268::ID_DATA;
pub(crate) const SIGNED_DATA: Oid = rfc6268::ID_SIGNED_DATA;
pub(crate) const CONTENT_TYPE: Oid = rfc6268::ID_CONTENT_TYPE;
pub(crate) const MESSAGE_DIGEST: Oid = rfc6268::ID_MESSAGE_DIGEST;
pub(crate) const SIGNING_TIME: Oid = rfc6268::ID_SIGNING_TIME;
pub(crate) const SIGNING_CERTIFICATE: Oid = rfc5911::ID_AA_SIGNING_CERTIFICATE;
pub(crate) const SIGNING_CERTIFICATE_V2: Oid = rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2;
/// id-aa-timeStampToken (RFC 3161 appendix A).
pub(crate) const TIME_STAMP_TOKEN: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.2.14");
/// id-ct-TSTInfo (RFC 3161 clause 2.4.2).
pub(crate) const TST_INFO: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// id-aa-CMSAlgorithmProtection (RFC 6211).
pub(crate) const CMS_ALGORITHM_PROTECTION: Oid = Oid::new_unwrap("1.2.840.113549.1.9.52");
/// adbe-revocationInfoArchival (ISO 32000-1 clause 12.8.3.3.2).
pub(crate) const ADBE_REVOCATION: Oid = Oid::new_unwrap("1.2.840.113583.1.1.8");
/// id-ri-ocsp-response (RFC 5940 clause 2).
pub(crate) const RI_OCSP_RESPONSE: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.16.2");
/// id-aa-ets-certValues and id-aa-ets-revocationValues (RFC 5126 clauses 6.3.3 and 6.3.4).
pub(crate) const CERTIFICATE_VALUES: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.2.23");
pub(crate) const REVOCATION_VALUES: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.2.24");
