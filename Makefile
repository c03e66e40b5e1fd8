# What `sam build` calls, once for each function of template.yaml. They are of
# the same code, so the second time finds everything built.
# The first build goes by the variable, and later ones by the answer that
# `sam deploy --guided` has put into samconfig.toml: a program for another
# machine than the functions' would not even start.
ARCHITECTURE ?= $(shell grep -q 'Architecture=[^a-z]*x86_64' samconfig.toml && echo x86_64 || echo arm64)

build-TickFunction build-InboxFunction:
	scripts/package --into "$(ARTIFACTS_DIR)" $(ARCHITECTURE)
