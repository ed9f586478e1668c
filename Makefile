# Two commands: `make up` runs the platform, `make test` tests it. Both set up what is missing first.
# ตัวเลือก · options: make up ARGS="--detach --port 8080"   make test ARGS="tests/run -x"   make PYTHON=python3.12 up

PYTHON ?= python3
NAKHON := .venv/bin/nakhon
WORKERS ?= 2
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-test up stop status doctor test check bench

help: ## คำสั่งทั้งหมด · this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: ## ติดตั้งสิ่งที่ขาดสำหรับใช้งาน · install what is missing to run
	@$(PYTHON) bootstrap.py

setup-test: ## ติดตั้งสิ่งที่ขาดสำหรับทดสอบ · install what is missing to test
	@$(PYTHON) bootstrap.py --test

up: setup ## เริ่มระบบพร้อมข้อมูลสาธิต · start the platform with its demonstration
	@$(NAKHON) up $(ARGS)

stop: ## หยุดระบบ · stop the platform
	@$(NAKHON) stop $(ARGS)

status: ## สถานะของระบบ · state of the platform
	@$(NAKHON) status $(ARGS)

doctor: ## ตรวจหาสิ่งผิดปกติ · find what is wrong
	@$(NAKHON) doctor $(ARGS)

test: setup-test ## ทดสอบทั้งหมด · run every test
	@.venv/bin/python -m nakhon.config.run.testing -n $(WORKERS) --dist loadfile $(ARGS)

check: setup-test ## ตรวจรูปแบบ ชนิดข้อมูล และการจัดชั้น · formatting, types, storeys
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports

bench: setup ## วัดเวลาเริ่มระบบและหน่วยความจำ · measure start and memory
	@.venv/bin/python benchmarks/start/measure.py $(ARGS)
