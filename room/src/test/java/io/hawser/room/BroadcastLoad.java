package io.hawser.room;

import io.hawser.room.broadcast.TrueLog;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Measures a broadcast's way from the log to all members' sockets. Run as {@code main} with "room MEMBERS BROADCASTS
 * TOGETHER", which prints its address, waits for so many bindings, and appends, again and again, so many broadcasts of
 * 256 bytes at once; and elsewhere with "clients ADDRESS MEMBERS", which read and throw away. Nobody acknowledges: so no
 * more than a window's worth of broadcasts in all.
 */
final class BroadcastLoad {
    private BroadcastLoad() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("room")) {
            room(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        } else {
            clients(args[1], Integer.parseInt(args[2]));
        }
    }

    private static void room(int members, int broadcasts, int together) throws InterruptedException {
        try (TestPlatform platform = new TestPlatform()) {
            System.out.println(platform.addresses().getFirst());
            while (platform.totals().getBindings() < members) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            TimeUnit.SECONDS.sleep(3);
            for (int done = 0; done < broadcasts; done += together) {
                System.out.println(broadcast(platform, members, together));
            }
        }
    }

    private static String broadcast(TestPlatform platform, int members, int together) throws InterruptedException {
        TrueLog log = platform.saver.log;
        double written = platform.context.count("hawser.room.broadcasts.written");
        synchronized (log) {
            IntStream.range(0, together).forEach(i -> log.append("x".repeat(220)));
        }
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
        return "%d broadcasts to %d members in %.0f ms: %.0f deliveries/s"
                .formatted(together, members, 1e3 * tookSeconds, members * together / tookSeconds);
    }

    private static void clients(String address, int count) throws IOException {
        int colon = address.lastIndexOf(':');
        InetSocketAddress room = new InetSocketAddress(
                InetAddress.getByName(address.substring(0, colon)), Integer.parseInt(address.substring(colon + 1)));
        Selector selector = Selector.open();
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(room);
            BindOnly.bind(channel, "user-" + i);
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
        static void bind(SocketChannel channel, String user) throws IOException {
            InputStream in = channel.socket().getInputStream();
            channel.socket().getOutputStream().write(TestClient.helloAndBind(user));
            TestClient.skipTo(in, io.hawser.wire.FrameType.BOUND);
        }
    }
}
