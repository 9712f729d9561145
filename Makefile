# make demo     builds; throw-away keys; six signatures; a check; a tampered copy caught
# make test     installs what is missing (Debian, Ubuntu), then runs every test
# make bench    speed of PDF, XML and certificates: checking, memory, signing, growth, peers (benches/setup-peers.sh); bench-results writes benches/RESULTS.md
# make install  C library, header, kyso.pc and the program; DESTDIR, PREFIX

CARGO   ?= cargo
CC      ?= cc
PROFILE ?= release
FEATURES ?=
PREFIX  ?= /usr/local
LIBDIR  ?= $(PREFIX)/lib
DEMO    ?= demo-out

TARGET  := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target)
OUT     := $(TARGET)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
# The rule of cargo-c, as in build.rs: 0.0.z, 0.y or x.
SOVERSION := $(shell echo $(VERSION) | awk -F. '{ if ($$1 > 0) print $$1; else if ($$2 > 0) print $$1 "." $$2; else print $$0 }')
# What a static library made by Rust needs from the system (rustc --print native-static-libs).
STATIC_LIBS := -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc

.PHONY: demo test bench bench-results install clean

demo:
	$(CARGO) build --locked --profile $(PROFILE) --features "$(FEATURES)" --lib --bin kyso
	$(OUT)/kyso demo --out $(DEMO)
	$(CC) -std=c11 -Wall -Wextra -Iinclude examples/c/verify.c $(OUT)/libkyso.a $(STATIC_LIBS) -o $(OUT)/verify-c
	$(OUT)/verify-c $(DEMO)/six.pdf $(DEMO)/root.pem $(DEMO)/root.crl $(DEMO)/issuing.crl > $(DEMO)/report-c.json

test:
	scripts/setup-tests.sh
	scripts/test.sh

# Peers are measured where there is a Python with pyHanko: KYSO_PYTHON, or the one that `make test` installs.
bench:
	KYSO_PYTHON="$${KYSO_PYTHON:-$$(ls $(CURDIR)/target/venv/bin/python 2>/dev/null)}" $(CARGO) bench --locked --bench speed --bench certificates --bench xml

# The same, written into benches/RESULTS.md.
bench-results:
	benches/results.sh

install:
	$(CARGO) build --locked --profile $(PROFILE) --features "$(FEATURES)"
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(LIBDIR)/pkgconfig
	install -m 755 $(OUT)/kyso $(DESTDIR)$(PREFIX)/bin/kyso
	install -m 644 include/kyso.h $(DESTDIR)$(PREFIX)/include/kyso.h
	install -m 644 $(OUT)/libkyso.a $(DESTDIR)$(LIBDIR)/libkyso.a
	install -m 755 $(OUT)/libkyso.so $(DESTDIR)$(LIBDIR)/libkyso.so.$(VERSION)
	ln -sf libkyso.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libkyso.so.$(SOVERSION)
	ln -sf libkyso.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libkyso.so
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|; s|@STATIC@|$(STATIC_LIBS)|' \
		scripts/kyso.pc.in > $(DESTDIR)$(LIBDIR)/pkgconfig/kyso.pc

clean:
	$(CARGO) clean
	rm -rf $(DEMO)
