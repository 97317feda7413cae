package io.hawser.standalone.cluster;

import io.hawser.client.PushClient;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client that sends up, from a queue on disk. */
public final class Caller implements AutoCloseable {
    private final String user;
    private final PushClient client;
    private final List<CompletableFuture<Void>> sent = new ArrayList<>();

    private Caller(String user, PushClient client) {
        this.user = user;
        this.client = client;
    }

    public static Caller start(RunningPlatform platform, String user, Path files) throws IOException {
        var center = new CenterApi(platform.center(), platform.apiKey());
        return new Caller(
                user,
                PushClient.builder()
                        .dispatchers(List.of(platform.dispatcher()))
                        .app(platform.app())
                        .user(user)
                        .device("caller")
                        .tokenSource(() -> center.issueToken(platform.app(), user, ""))
                        .storeIn(files)
                        .backOff(Duration.ofMillis(50), Duration.ofSeconds(1))
                        .listener(message -> {})
                        .start());
    }

    public String user() {
        return user;
    }

    public PushClient client() {
        return client;
    }

    /** Sends {@code <user>-<n>} for each n of the range to the route. */
    public void send(String route, int from, int to) {
        for (int n = from; n < to; n++) {
            sent.add(client.send(route, user + "-" + n));
        }
    }

    /** Whether all that was sent is stored; fails where one was refused. */
    public boolean isStored() {
        return sent.stream().allMatch(one -> one.isDone() && one.resultNow() == null);
    }

    @Override
    public void close() {
        client.close();
    }
}
