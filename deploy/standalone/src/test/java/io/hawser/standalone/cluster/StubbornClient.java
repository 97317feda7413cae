package io.hawser.standalone.cluster;

import io.hawser.client.PushClient;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A client whose listener prints a message and never returns from it: what it got is never acknowledged. */
public final class StubbornClient {
    private StubbornClient() {}

    /** Takes dispatcher, app, user, token and the directory for positions. */
    public static void main(String[] args) throws Exception {
        var never = new CountDownLatch(1);
        PushClient.builder()
                .dispatchers(List.of(args[0]))
                .app(args[1])
                .user(args[2])
                .device("test")
                .tokenSource(() -> args[3])
                .storeIn(Path.of(args[4]))
                .listener(message -> {
                    System.out.println(message.text());
                    never.await();
                })
                .start();
        never.await();
    }
}
