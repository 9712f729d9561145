#!/usr/bin/env bash
# Judges PDF files with veraPDF: scripts/verapdf.sh FILE…  Needs a JDK, Maven and the network the first time;
# too slow for every run, so tests/placing.rs calls it only where KYSO_VERAPDF names it.
set -euo pipefail
folder="${CARGO_TARGET_DIR:-target}/verapdf"
if [ ! -e "$folder/lib" ]; then
    mkdir -p "$folder"
    cat > "$folder/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>kyso</groupId><artifactId>verapdf</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.verapdf.apps</groupId><artifactId>greenfield-apps</artifactId><version>1.28.2</version>
  </dependency></dependencies>
</project>
POM
    (cd "$folder" && mvn -q dependency:copy-dependencies -DoutputDirectory=fetched && mv fetched lib)
fi
exec java -cp "$folder/lib/*" org.verapdf.apps.GreenfieldCliWrapper --format text -v "$@"
