package io.hawser.room;

import io.hawser.keeper.Service;
import io.hawser.rpc.link.Peer;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real room in a process of its own, whose memory is small; its neighbours are the test's. */
final class RoomProcess implements AutoCloseable {
    /** Small ones: G1 puts each large one into regions of its own. */
    private static final int PIECES_A_MEBIBYTE = 16;

    private final Process process;
    private final BufferedWriter orders;
    /** Where clients connect: "ip:port". */
    final String address;

    final int linkPort;

    private RoomProcess(Process process) throws IOException {
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        this.address = said.readLine();
        this.linkPort = Integer.parseInt(said.readLine());
    }

    /** Starts one, that leaves a level after {@code calmFor}; it is not ready yet. */
    static RoomProcess start(List<String> memory, String calmFor, Peer register, Peer saver, Peer dispatcher) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(memory);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                RoomProcess.class.getName(),
                calmFor));
        for (Peer peer : List.of(register, saver, dispatcher)) {
            command.add(Integer.toString(peer.port()));
        }
        try {
            return new RoomProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has it hold so much of its heap from now on, as something would that leaks. */
    void hold(int mebibytes) {
        order(Integer.toString(mebibytes));
    }

    /** Has it leave a level as soon as what was short is not. */
    void calmDown() {
        order("calm");
    }

    private void order(String what) {
        try {
            orders.write(what + "\n");
            orders.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] args) throws IOException {
        TestContext context = new TestContext(config(args[0]));
        for (int i = 1; i < args.length; i++) {
            String service = List.of("", "register", "saver", "dispatcher").get(i);
            context.membership(service)
                    .set(new Peer(service, service + "-1", "127.0.0.1", Integer.parseInt(args[i]), 1, ""));
        }
        Service room = Room.start(context);
        System.out.println(context.advertised().attributes().get("addresses"));
        System.out.println(context.advertised().port());
        obey(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), context);
        room.close();
        System.exit(0);
    }

    private static void obey(BufferedReader orders, TestContext context) throws IOException {
        List<byte[]> held = new ArrayList<>();
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            if (order.equals("calm")) {
                context.changeConfig(config("0s"));
            } else {
                hold(Integer.parseInt(order), held);
            }
        }
    }

    private static void hold(int mebibytes, List<byte[]> held) {
        held.clear();
        for (int i = 0; i < mebibytes * PIECES_A_MEBIBYTE; i++) {
            held.add(new byte[(1 << 20) / PIECES_A_MEBIBYTE]);
        }
        System.gc();
    }

    /** Whether the machine has the time for the room's loops is not what this is about. */
    private static RoomConfig config(String calmFor) {
        return TestPlatform.config(
                "overload: {checkEvery: 20ms, retryAfter: 1s, calmFor: " + calmFor + "}",
                "overload: {lagMs: {busy: 600000, overloaded: 600000, critical: 600000}}",
                "connections: {closeWithin: 1s}",
                "overload: {heapPercent: {busy: 40, overloaded: 50, critical: 60}}");
    }
}
