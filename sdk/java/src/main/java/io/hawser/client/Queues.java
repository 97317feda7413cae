package io.hawser.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What waits to be sent, and what waits to be pulled: in files, or in memory where the client has none. */
final class Queues implements AutoCloseable {
    final DurableQueue uplinks;
    final DurableQueue pulls;

    private Queues(DurableQueue uplinks, DurableQueue pulls) {
        this.uplinks = uplinks;
        this.pulls = pulls;
    }

    static Queues open(@Nullable EndpointFiles files, ClientSettings settings) throws IOException {
        if (files == null) {
            return new Queues(
                    DurableQueue.inMemory(settings.maxUplinks, settings.maxUplinkBytes),
                    DurableQueue.inMemory(settings.maxPulls, settings.maxPullBytes));
        }
        DurableQueue uplinks = DurableQueue.open(files.file("uplinks"), settings.maxUplinks, settings.maxUplinkBytes);
        try {
            return new Queues(
                    uplinks, DurableQueue.open(files.file("pulls"), settings.maxPulls, settings.maxPullBytes));
        } catch (IOException e) {
            uplinks.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            uplinks.close();
        } finally {
            pulls.close();
        }
    }
}
