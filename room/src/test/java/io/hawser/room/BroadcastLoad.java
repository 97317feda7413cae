package io.hawser.room;

import com.google.protobuf.ByteString;
import com.sun.management.OperatingSystemMXBean;
import io.hawser.room.broadcast.TrueLog;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Encoding;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Qos;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Measures a broadcast's way from the log to all members' sockets. Run as {@code main} with "room MEMBERS BROADCASTS
 * TOGETHER [BYTES]", which prints its address, waits for so many bindings, and appends, again and again, so many broadcasts
 * of 220 bytes, or so many of JSON, at once; and elsewhere with "clients ADDRESS MEMBERS [deflate]", which read and throw
 * away, and take compressed bodies where it says so. Nobody acknowledges: so no more than a window's worth of broadcasts in
 * all.
 */
final class BroadcastLoad {
    private static final int PLAIN_BYTES = 220;
    private static final OperatingSystemMXBean MACHINE =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private BroadcastLoad() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("room")) {
            int bodyBytes = args.length > 4 ? Integer.parseInt(args[4]) : PLAIN_BYTES;
            room(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]), bodyBytes);
        } else {
            clients(args[1], Integer.parseInt(args[2]), args.length > 3);
        }
    }

    private static void room(int members, int broadcasts, int together, int bodyBytes) throws InterruptedException {
        try (TestPlatform platform = new TestPlatform()) {
            System.out.println(platform.addresses().getFirst());
            while (platform.totals().getBindings() < members) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            TimeUnit.SECONDS.sleep(3);
            for (int done = 0; done < broadcasts; done += together) {
                System.out.println(broadcast(platform, members, together, body(bodyBytes, done)));
            }
            System.out.printf(
                    "%.0f compressions, %.0f frames, %.0f bytes saved%n",
                    platform.context.count("hawser.room.broadcasts.compressions"),
                    platform.context.count("hawser.room.broadcasts.compressed"),
                    platform.context.count("hawser.room.broadcasts.compressed.saved.bytes"));
        }
    }

    /** As back ends write it: the same names again and again, with other values. */
    private static ByteString body(int bytes, long seed) {
        Random random = new Random(seed);
        StringBuilder json = new StringBuilder("[");
        while (json.length() < bytes) {
            json.append("{\"id\":%d,\"price\":%d.%02d,\"in_stock\":%s,\"title\":\"item %x\"},"
                    .formatted(
                            random.nextInt(100_000),
                            random.nextInt(500),
                            random.nextInt(100),
                            random.nextBoolean(),
                            random.nextLong()));
        }
        return ByteString.copyFromUtf8(json.substring(0, bytes));
    }

    private static BroadcastEntry.Builder entry(ByteString body) {
        Content content = Content.newBuilder()
                .setId("m-1")
                .setQos(Qos.DURABLE)
                .setBody(body)
                .setText(true)
                .build();
        return BroadcastEntry.newBuilder().setContent(content.toByteString()).setState(TaskState.TASK_RUNNING);
    }

    private static String broadcast(TestPlatform platform, int members, int together, ByteString body)
            throws InterruptedException {
        TrueLog log = platform.saver.log;
        double written = platform.context.count("hawser.room.broadcasts.written");
        synchronized (log) {
            IntStream.range(0, together).forEach(i -> log.append(entry(body)));
        }
        long cpuNanos = MACHINE.getProcessCpuTime();
        double first = written;
        long begunNanos = 0;
        while (written < first + (double) members * together) {
            Thread.onSpinWait();
            written = platform.context.count("hawser.room.broadcasts.written");
            if (begunNanos == 0 && written > first) {
                begunNanos = System.nanoTime();
            }
            TimeUnit.MICROSECONDS.sleep(200);
        }
        double tookSeconds = (System.nanoTime() - begunNanos) / 1e9;
        double cpuMicros = (MACHINE.getProcessCpuTime() - cpuNanos) / 1e3;
        double deliveries = (double) members * together;
        return "%d broadcasts to %d members in %.0f ms: %.0f deliveries/s, %.2f us of processor each"
                .formatted(together, members, 1e3 * tookSeconds, deliveries / tookSeconds, cpuMicros / deliveries);
    }

    private static void clients(String address, int count, boolean inflate) throws IOException {
        int colon = address.lastIndexOf(':');
        InetSocketAddress room = new InetSocketAddress(
                InetAddress.getByName(address.substring(0, colon)), Integer.parseInt(address.substring(colon + 1)));
        Selector selector = Selector.open();
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(room);
            BindOnly.bind(channel, "user-" + i, inflate);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        }
        ByteBuffer thrownAway = ByteBuffer.allocateDirect(1 << 16);
        while (selector.isOpen()) {
            selector.select(key -> read(key, thrownAway));
        }
    }

    private static void read(SelectionKey key, ByteBuffer thrownAway) {
        try {
            thrownAway.clear();
            if (((SocketChannel) key.channel()).read(thrownAway) < 0) {
                key.cancel();
            }
        } catch (IOException e) {
            key.cancel();
        }
    }

    /** Greets and binds, and waits for BOUND. */
    private static final class BindOnly {
        static void bind(SocketChannel channel, String user, boolean inflates) throws IOException {
            InputStream in = channel.socket().getInputStream();
            OutputStream out = channel.socket().getOutputStream();
            Hello.Builder hello = Hello.newBuilder().setMinVersion(1).setMaxVersion(1);
            out.write(
                    Frames.encode(FrameType.HELLO, (inflates ? hello.addEncodings(Encoding.DEFLATE) : hello).build()));
            out.write(Frames.encode(FrameType.BIND, TestClient.bind(user)));
            TestClient.skipTo(in, FrameType.BOUND);
        }
    }
}
