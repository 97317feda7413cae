package io.hawser.client;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process that dies with a message in its hands: room, store directory, and the text to die of. */
final class CrashingClient {
    private CrashingClient() {}

    public static void main(String[] args) throws Exception {
        PushClient.builder()
                .rooms(List.of(args[0]))
                .app("demo")
                .user("alice")
                .device("d1")
                .tokenSource(() -> "token")
                .storeIn(Path.of(args[1]))
                .listener(message -> {
                    if (message.text().equals(args[2])) {
                        Runtime.getRuntime().halt(9);
                    }
                })
                .start();
        new CountDownLatch(1).await();
    }
}
