package io.hawser.keeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The smallest service there is: it listens, tells others where, and notes what happens to it. */
final class Echo implements Service {
    private final ServerSocket listening;
    private final CountDownLatch mayEndDrain = new CountDownLatch(1);
    final List<String> events = new CopyOnWriteArrayList<>();

    private Echo(ServerSocket listening) {
        this.listening = listening;
    }

    static Echo start(ServiceContext<EchoConfig> context) throws IOException {
        EchoConfig config = context.config();
        ServerSocket listening = new ServerSocket(
                config.link().port(), 8, InetAddress.getByName(config.link().host()));
        Echo echo = new Echo(listening);
        Thread.ofVirtual().start(echo::greet);
        context.onConfigChange(changed -> echo.events.add("volume " + changed.volume()));
        context.onReincarnation(incarnation -> echo.events.add("incarnation " + incarnation));
        context.health("listening", () -> !listening.isClosed());
        context.advertise(Advertisement.of(config.link().reachableHost(), echo.port(), config.zone())
                .withAttributes(Map.of("clients", "127.0.0.1:5000")));
        return echo;
    }

    /** Its own process, for what only a process can show. */
    public static void main(String[] args) {
        System.exit(ServiceMain.run("echo", EchoConfig.class, args, context -> {
            Echo echo = start(context);
            if (!context.name().equals("echo-slow")) {
                echo.letDrainEnd();
            }
            System.out.println("ready");
            return echo;
        }));
    }

    /** As a link's server does: it speaks first. */
    private void greet() {
        while (!listening.isClosed()) {
            try (Socket caller = listening.accept()) {
                caller.getOutputStream().write(0);
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    System.err.println("echo: a caller was lost: " + e);
                }
            }
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    void letDrainEnd() {
        mayEndDrain.countDown();
    }

    @Override
    public void drain(Duration atMost) {
        events.add("drain");
        System.out.println("draining");
        try {
            boolean ended = mayEndDrain.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
            events.add(ended ? "drained" : "drain timed out");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        events.add("close");
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
