package io.hawser.bench.swarm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The process that holds clients. Does what standard input says, a line each, and tells on standard output what became
 * of it; ends with its input.
 */
final class Generator {
    /** Holds what a client may be sent between two looks: 64 messages of 1 KiB and more. */
    private static final int BUFFER_BYTES = 512 * 1024;

    /** How late what is due by time may be. */
    private static final long TICK_MILLIS = 10;

    private static final long PACING_TICK_MILLIS = 1;

    private final Selector selector;
    private final PrintStream out;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Counts counts = new Counts();
    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;
    private @Nullable Crowd crowd;

    private Generator(PrintStream out) throws IOException {
        this.selector = Selector.open();
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        Generator generator = new Generator(out);
        Thread.ofPlatform().daemon().name("orders").start(generator::readOrders);
        generator.run();
        // What is under way by HTTP has threads of its own.
        System.exit(0);
    }

    private void readOrders() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                orders.add(Lines.order(line));
                selector.wakeup();
            }
        } catch (IOException e) {
            System.err.println("generator: " + e.getMessage());
        } finally {
            ended = true;
            selector.wakeup();
        }
    }

    private void run() throws IOException {
        while (!ended) {
            selector.select(
                    key -> {
                        if (key.attachment() instanceof Client client) {
                            client.ready(key, buffer, counts);
                        }
                    },
                    crowd != null && crowd.isPacing() ? PACING_TICK_MILLIS : TICK_MILLIS);
            for (Order order = orders.poll(); order != null; order = orders.poll()) {
                follow(order);
            }
            goOn();
        }
    }

    private void goOn() {
        if (crowd != null) {
            crowd.goOn();
        }
        if (counts.reached()) {
            tell(counts.told());
        }
    }

    private void follow(Order order) {
        switch (order) {
            case Order.Come come -> crowd = new Crowd(come, selector, counts, this::tell);
            case Order.Begin begin -> begin(begin);
            case Order.Slow slow -> slow(slow.clients());
            case Order.Drop drop -> drop(drop);
            case Order.CutOff ignored -> cutOff();
            case Order.ComeAgain ignored -> comeAgain();
            case Order.SendUp up -> sendUp(up.load());
            case Order.Expect expect -> counts.expect(expect.deliveries());
            case Order.Report ignored -> tell(counts.report());
            case Order.Leave ignored -> leave();
        }
    }

    private void begin(Order.Begin order) {
        counts.begin(order);
        tell(new Told.Begun());
    }

    private void slow(int count) {
        if (crowd != null) {
            crowd.slow(count);
        }
        tell(new Told.Slowed());
    }

    private void drop(Order.Drop order) {
        if (crowd != null) {
            crowd.drop(order);
        }
    }

    private void cutOff() {
        if (crowd != null) {
            crowd.cutOff();
        }
        tell(new Told.CutOff());
    }

    private void comeAgain() {
        if (crowd != null) {
            crowd.comeAgain();
        }
    }

    private void sendUp(UplinkLoad load) {
        if (crowd != null) {
            crowd.sendUp(load);
        }
    }

    private void leave() {
        Crowd here = crowd;
        crowd = null;
        if (here == null) {
            tell(new Told.Left());
        } else {
            here.leave();
        }
    }

    private void tell(Told answer) {
        out.println(Lines.of(answer));
        out.flush();
    }
}
