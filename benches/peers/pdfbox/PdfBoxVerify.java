import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;

/** ROUNDS (ROOT.pem FILE)... prints `PDFBox TAB file TAB ms`: thread CPU time, median, warm. Digest, signature, path; no revocation. */
public class PdfBoxVerify {
    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        for (int at = 1; at + 1 < arguments.length; at += 2) {
            X509Certificate root;
            try (InputStream in = new FileInputStream(arguments[at])) {
                root = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            }
            byte[] file = Files.readAllBytes(new File(arguments[at + 1]).toPath());
            boolean small = file.length < 20_000_000;
            // The compiler of the virtual machine needs a while.
            long until = System.nanoTime() + (small ? 3_000_000_000L : 0);
            do check(file, root); while (System.nanoTime() < until);
            double[] times = new double[small ? rounds : 1];
            for (int i = 0; i < times.length; i++) {
                long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                check(file, root);
                times[i] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e6;
            }
            Arrays.sort(times);
            System.out.printf(java.util.Locale.ROOT, "PDFBox\t%s\t%.3f%n", arguments[at + 1], times[times.length / 2]);
        }
    }

    private static void check(byte[] file, X509Certificate root) throws Exception {
        try (PDDocument document = Loader.loadPDF(file)) {
            for (PDSignature signature : document.getSignatureDictionaries()) {
                byte[] content = signature.getSignedContent(new ByteArrayInputStream(file));
                CMSSignedData data = new CMSSignedData(new CMSProcessableByteArray(content), signature.getContents(file));
                SignerInformation signer = data.getSignerInfos().getSigners().iterator().next();
                List<X509Certificate> held = new ArrayList<>();
                JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
                for (Object holder : data.getCertificates().getMatches(null)) {
                    held.add(converter.getCertificate((X509CertificateHolder) holder));
                }
                X509CertificateHolder own = (X509CertificateHolder) data.getCertificates().getMatches(signer.getSID()).iterator().next();
                if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(own))) throw new IllegalStateException("invalid");
                X509CertSelector selector = new X509CertSelector();
                selector.setCertificate(converter.getCertificate(own));
                PKIXBuilderParameters parameters = new PKIXBuilderParameters(Set.of(new TrustAnchor(root, null)), selector);
                parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(held)));
                parameters.setRevocationEnabled(false);
                CertPathBuilder.getInstance("PKIX").build(parameters);
            }
        }
    }
}
