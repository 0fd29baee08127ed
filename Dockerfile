# `zkml node`, a development chain with the verifier at 0x11, as an image of one file: the statically linked program.
#
#   docker build -t zkml .
#   docker run --rm -p 127.0.0.1:8545:8545 zkml
#   docker run --rm -v "$PWD:/data:ro" zkml verify --key /data/model.zkvk --proof /data/proof.json
#
# The stages' commands are those of a release; tests/install runs the program as the last stage has it.
FROM rust:1.95.0-bookworm AS build
# The compiler of the image, without the formatter and the linter that rust-toolchain.toml asks for.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /src
COPY . .
RUN tools/release archive && mkdir /out && tar -xzf target/release-artifacts/zkml-*.tgz --strip-components=1 -C /out

FROM scratch
COPY --from=build /out/zkml /out/LICENSE-APACHE /out/LICENSE-MIT /
# Nobody's number, as in other images without a user database.
USER 65532:65532
EXPOSE 8545
ENTRYPOINT ["/zkml"]
# Everybody who reaches the port owns the chain's accounts: publish it on 127.0.0.1, as above.
CMD ["node", "--host", "0.0.0.0"]
