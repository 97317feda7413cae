package io.hawser.dispatcher;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures answers: the list alone, and over HTTP/1.1 on loopback. 300 rooms on 100 hosts, three addresses each.
 *
 * <p>Prints answers a second, and the server's CPU for each: all threads of the process but the clients'. README.md tells
 * how to run it.
 */
final class AnswerBenchmark {
    private static final int CLIENTS = 16;
    private static final int PIPELINED = 8;

    private static final List<String> REQUEST = List.of(
            "GET /v1/addresses?app=demo&network=wifi&failed=10.0.0.1:10003&count=6 HTTP/1.1",
            "Host: localhost",
            "Accept: application/json",
            "",
            "");

    private AnswerBenchmark() {}

    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        Snapshot snapshot = Snapshot.of(rooms());
        lists(snapshot, seconds);
        AddressService service =
                new AddressService(transport -> snapshot, AddressLimits::defaults, new SimpleMeterRegistry());
        try (AddressServer server = AddressServer.start(HttpListen.defaults(), service, new SimpleMeterRegistry())) {
            http(server.port(), seconds);
            http(server.port(), seconds);
        }
    }

    private static List<LiveRoom> rooms() {
        List<LiveRoom> rooms = new ArrayList<>();
        for (int n = 0; n < 300; n++) {
            String host = "10.0.0." + n % 100;
            int base = 10_000 + 3 * n;
            rooms.add(new LiveRoom(
                    "", List.of(host + ":" + base, host + ":" + (base + 1), host + ":" + (base + 2)), 1_000 + n));
        }
        return rooms;
    }

    private static void lists(Snapshot snapshot, int seconds) {
        Random random = new Random(1);
        AddressQuery query = AddressQuery.parse(Map.of("app", List.of("demo")), AddressLimits.defaults());
        long characters = 0;
        long begin = System.nanoTime();
        long answers = 0;
        for (; System.nanoTime() - begin < seconds * 1_000_000_000L; answers++) {
            AddressList list = snapshot.answer(query, 300, random);
            characters += list == null ? 0 : list.toJson().length();
        }
        double each = (System.nanoTime() - begin) / 1e3 / answers;
        System.out.printf(Locale.ROOT, "list: %.2f us each (%d characters on average)%n", each, characters / answers);
    }

    private static void http(int port, int seconds) throws InterruptedException {
        LongAdder answers = new LongAdder();
        LongAdder clientCpu = new LongAdder();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        long cpuBefore = cpuNanos();
        long begin = System.nanoTime();
        for (int n = 0; n < CLIENTS; n++) {
            clients.add(Thread.ofPlatform().start(() -> ask(port, over, answers, clientCpu)));
        }
        Thread.sleep(seconds * 1_000L);
        over.set(true);
        for (Thread client : clients) {
            client.join();
        }
        double wallSeconds = (System.nanoTime() - begin) / 1e9;
        long cpu = cpuNanos() - cpuBefore - clientCpu.sum();
        System.out.printf(
                Locale.ROOT,
                "http: %,.0f answers/s, %.1f us of CPU each, %,.0f answers/s a core%n",
                answers.sum() / wallSeconds,
                cpu / 1e3 / answers.sum(),
                answers.sum() / (cpu / 1e9));
    }

    private static void ask(int port, AtomicBoolean over, LongAdder answers, LongAdder clientCpu) {
        byte[] requests = String.join("\r\n", REQUEST).repeat(PIPELINED).getBytes(US_ASCII);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[1 << 16];
            while (!over.get()) {
                out.write(requests);
                for (int ends = 0; ends < PIPELINED; ) {
                    int read = in.read(buffer);
                    if (read < 0) {
                        throw new IOException("closed by the server");
                    }
                    ends += count(buffer, read);
                }
                answers.add(PIPELINED);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        clientCpu.add(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
    }

    /** Counts answers by their bodies' last character; no header holds it. */
    private static int count(byte[] buffer, int length) {
        int count = 0;
        for (int i = 0; i < length; i++) {
            count += buffer[i] == '}' ? 1 : 0;
        }
        return count;
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
