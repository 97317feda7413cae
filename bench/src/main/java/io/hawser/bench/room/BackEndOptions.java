package io.hawser.bench.room;

import io.hawser.bench.backend.BackEnd;
import io.hawser.bench.platform.Hawser;
import picocli.CommandLine.Option;

/** Where the bench's own back end listens. */
final class BackEndOptions {
    @Option(
            names = "--back-end-host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = {
                "Address of this machine that the coordinators reach, and may call: 'webhooks.allowedNetworks'",
                "(default: 127.0.0.1)."
            })
    private String host = "";

    BackEnd start(Hawser hawser) {
        return BackEnd.start(hawser, host);
    }
}
