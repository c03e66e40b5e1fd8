# What `sam build` calls, once for each function of template.yaml. They are of
# the same code, so the second time finds everything built.
build-TickFunction build-InboxFunction:
	scripts/package --into "$(ARTIFACTS_DIR)" $$(scripts/architecture --remember)
