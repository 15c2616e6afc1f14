# One image per program, one process per container, on Debian's own Python:
#   docker build -t gongguan .                        the server (the last stage, hence the default)
#   docker build -t gongguan-agent --target agent .   a cabinet's agent
# A mirror:  --build-arg PIP_INDEX_URL=…

FROM debian:bookworm-slim AS python
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 990 --user-group --home-dir /data --shell /usr/sbin/nologin gongguan \
    && install -d -o gongguan -g gongguan -m 0700 /data
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 TZ=Asia/Shanghai
WORKDIR /srv

FROM python AS build
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3-venv \
    && rm -rf /var/lib/apt/lists/*
ARG PIP_INDEX_URL
COPY locks/agent.txt locks/run.txt /locks/
RUN python3 -m venv /opt/agent \
    && /opt/agent/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /locks/agent.txt \
    && python3 -m venv /opt/server \
    && /opt/server/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /locks/run.txt

FROM python AS agent
COPY --from=build /opt/agent /opt/agent
COPY LICENSE ./
COPY firmware_protocol firmware_protocol
COPY device_agent device_agent
# The serial ports belong to the group dialout.
RUN usermod --append --groups dialout gongguan
USER gongguan
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/opt/agent/bin/python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8600/healthz', timeout=4)"]
ENTRYPOINT ["/opt/agent/bin/python", "-m", "device_agent"]
CMD ["--config", "/data/agent.toml"]

FROM python AS server
COPY --from=build /opt/server /opt/server
COPY LICENSE ./
COPY firmware_protocol firmware_protocol
COPY server server
USER gongguan
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/opt/server/bin/python", "-c", \
    "import ssl, urllib.request; urllib.request.urlopen('https://127.0.0.1:8000/healthz', timeout=4, \
    context=ssl.create_default_context(cafile='/data/tls/ca.crt'))"]
ENTRYPOINT ["/opt/server/bin/python", "-m", "server"]
# Once before the first start:  docker run --rm -v …:/data gongguan make-ca NAME-OR-ADDRESS --data /data
CMD ["serve", "--data", "/data", "--tls", "--host", "0.0.0.0", "--port", "8000"]
