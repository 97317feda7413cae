package io.hawser.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Many small clients on one event loop of this JVM: thousands of users that listen to broadcasts. */
public final class Choir implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int BINDING_AT_ONCE = 100;
    private static final Duration COMES_AGAIN_AFTER = Duration.ofSeconds(5);

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Semaphore binding = new Semaphore(BINDING_AT_ONCE);
    private final List<Singer> singers;

    private Choir(List<Singer> singers) {
        this.singers = singers;
    }

    /** Makes so many, {@code <name>-0} and on; they are not connected yet. Tokens are drawn for them. */
    public static Choir of(RunningPlatform platform, String name, int count, String... groups)
            throws InterruptedException {
        return of(platform, name, count, false, groups);
    }

    /** As {@link #of(RunningPlatform, String, int, String...)}, and they never say what they have had. */
    public static Choir ofMutes(RunningPlatform platform, String name, int count) throws InterruptedException {
        return of(platform, name, count, true);
    }

    private static Choir of(RunningPlatform platform, String name, int count, boolean mute, String... groups)
            throws InterruptedException {
        var center = new CenterApi(platform.center(), platform.apiKey());
        Singer[] singers = new Singer[count];
        Semaphore atOnce = new Semaphore(16);
        List<Thread> drawing = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            atOnce.acquire();
            drawing.add(Thread.startVirtualThread(() -> {
                try {
                    String user = name + "-" + index;
                    String token = center.issueToken(platform.app(), user, "");
                    singers[index] = new Singer(platform.app(), user, token, List.of(groups), mute);
                } finally {
                    atOnce.release();
                }
            }));
        }
        for (Thread thread : drawing) {
            thread.join();
        }
        return new Choir(List.of(singers));
    }

    /** Connects and binds those from {@code from} to before {@code to}, and returns when all are bound. */
    public Choir bind(int from, int to, InetSocketAddress... rooms) throws InterruptedException {
        List<Singer> some = singers.subList(from, to);
        for (int i = 0; i < some.size(); i++) {
            Singer singer = some.get(i);
            binding.acquire();
            connect(singer, rooms[i % rooms.length]);
            var _ = loop.schedule(() -> binding.release(), 30, TimeUnit.MILLISECONDS);
        }
        await().atMost(PATIENCE).untilAsserted(() -> {
            comeAgain(some, rooms);
            assertThat(unbound(some)).as("not bound").isEmpty();
        });
        return this;
    }

    /** Those that were not let in, or lost, come again a while later, as clients do. */
    private void comeAgain(List<Singer> some, InetSocketAddress... rooms) {
        for (int i = 0; i < some.size(); i++) {
            Singer singer = some.get(i);
            if (singer.mayComeAgain(COMES_AGAIN_AFTER)) {
                singer.leave();
                connect(singer, rooms[i % rooms.length]);
            }
        }
    }

    public Choir bindAll(InetSocketAddress... rooms) throws InterruptedException {
        return bind(0, singers.size(), rooms);
    }

    /** Closes the connections of some, and returns when they are. */
    public void leave(int from, int to) {
        List<Singer> some = singers.subList(from, to);
        some.forEach(singer -> loop.execute(singer::leave));
        await().atMost(PATIENCE).until(() -> some.stream().noneMatch(Singer::isBound));
    }

    public int size() {
        return singers.size();
    }

    /** Texts that the one of this number handed over, in their order. */
    public List<String> heard(int index) {
        return singers.get(index).heard();
    }

    /** How many handed this text over exactly so often. */
    public long heard(String text, int times) {
        return singers.stream()
                .filter(singer -> singer.heard().stream().filter(text::equals).count() == times)
                .count();
    }

    /** Waits until all have handed the text over; fails with who has not, and why. */
    public void awaitAll(String text) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            List<Singer> without = singers.stream()
                    .filter(singer -> !singer.heard().contains(text))
                    .toList();
            if (!without.isEmpty()) {
                Singer first = without.getFirst();
                throw new AssertionError(without.size() + " of " + size() + " have not heard " + text + ", such as "
                        + first.user() + ", bound: " + first.isBound() + ", refused: " + first.refusal());
            }
        });
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static List<String> unbound(List<Singer> some) {
        return some.stream()
                .filter(singer -> !singer.isBound())
                .limit(3)
                .map(singer -> singer.user() + ": " + singer.refusal())
                .toList();
    }

    private void connect(Singer singer, InetSocketAddress room) {
        singer.comes();
        var _ = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Splitter(), singer.new Ear());
                    }
                })
                .connect(room);
    }

    /** Bytes to frames. */
    private static final class Splitter extends ByteToMessageDecoder {
        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            int start = in.readerIndex();
            int length = 0;
            for (int index = 0; index < FrameLimits.MAX_PREFIX_BYTES && in.isReadable(); index++) {
                byte next = in.readByte();
                length |= (next & 0x7f) << (7 * index);
                if (next >= 0) {
                    if (in.readableBytes() >= length) {
                        int type = in.readUnsignedByte();
                        byte[] body = new byte[length - 1];
                        in.readBytes(body);
                        out.add(new Frame(type, body));
                        return;
                    }
                    break;
                }
            }
            in.readerIndex(start);
        }
    }
}
