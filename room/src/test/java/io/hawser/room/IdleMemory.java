package io.hawser.room;

import com.google.protobuf.ByteString;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Hello;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what an idle, bound connection costs. Run as {@code main} with "room", which prints its address and then its
 * memory at each line of input; and elsewhere with "clients ADDRESS COUNT".
 */
final class IdleMemory {
    /** More than a WELCOME, at most a WELCOME and a BOUND. */
    private static final int WELCOME_AND_BOUND_BYTES = 45;

    private IdleMemory() {}

    public static void main(String[] args) throws IOException {
        if (args[0].equals("room")) {
            room();
        } else {
            clients(args[1], Integer.parseInt(args[2]));
        }
    }

    private static void room() throws IOException {
        try (TestPlatform platform = new TestPlatform();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(platform.addresses().getFirst());
            while (in.readLine() != null) {
                // What the neighbours keep, in this same process, is not the room's.
                platform.register.sessions.clear();
                platform.saver.clear();
                for (int i = 0; i < 3; i++) {
                    System.gc();
                }
                System.out.println(platform.totals().getBindings() + " bindings, heap KB "
                        + ManagementFactory.getMemoryMXBean()
                                        .getHeapMemoryUsage()
                                        .getUsed()
                                / 1024 + ", "
                        + Files.readAllLines(Path.of("/proc/self/status")).stream()
                                .filter(line -> line.startsWith("VmRSS"))
                                .findFirst()
                                .orElse(""));
            }
        }
    }

    private static void clients(String address, int count) throws IOException {
        int colon = address.indexOf(':');
        InetSocketAddress room =
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        List<SocketChannel> channels = new ArrayList<>();
        byte[] hello = Frames.encode(
                FrameType.HELLO,
                Hello.newBuilder()
                        .setMinVersion(1)
                        .setMaxVersion(1)
                        .setHeartbeatSeconds(600)
                        .build());
        ByteBuffer in = ByteBuffer.allocate(1024);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(room);
            Bind bind = TestClient.bind("user-" + i).toBuilder()
                    .setDevice("device-" + i)
                    .setDeviceClass("phone")
                    .setInstallationNonce(ByteString.copyFromUtf8(String.format("%016d", i)))
                    .setClientVersion("4.2.0")
                    .build();
            channel.write(ByteBuffer.wrap(hello));
            channel.write(ByteBuffer.wrap(Frames.encode(FrameType.BIND, bind)));
            channels.add(channel);
        }
        for (SocketChannel channel : channels) {
            int read = 0;
            while (read < WELCOME_AND_BOUND_BYTES) {
                int came = channel.read(in.clear());
                if (came < 0) {
                    throw new EOFException("the room closed a connection");
                }
                read += came;
            }
        }
        System.out.println(count + " bound in " + (System.nanoTime() - start) / 1_000_000 + " ms");
        System.in.read();
    }
}
