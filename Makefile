# Short names for dev.py, which needs no make.
.PHONY: demo test bench screenshots messages lock
demo test bench screenshots messages lock:
	python3 dev.py $@
