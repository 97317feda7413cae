package io.hawser.bench.room;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Output;
import io.hawser.bench.platform.PlatformOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code bench fanout}: a broadcast to all. */
@Command(
        name = "fanout",
        header = "Measures broadcasts to all members of a room.",
        description = {
            "Every client gets every broadcast, at most once, pushed into the room by its delivery link. First as many as",
            "it takes, with 1, 16, 64 waiting for each member at once; then at a fixed rate, with latencies from when",
            "each was due. Beside it, in turn, a bare server (Netty, epoll) that does nothing but write: the floor."
        })
public final class FanoutCommand implements Callable<Integer> {
    /** As a room has it that is told nothing else. */
    private static final int LEAST_COMPRESSED_BYTES = 512;

    @Mixin
    private final SideOptions sides = new SideOptions();

    @Mixin
    private final FanoutOptions options = new FanoutOptions();

    @Option(
            names = "--stored",
            description = {
                "Broadcasts go into the app's log, which the room follows, and clients acknowledge: at least once. So the",
                "clock starts with the first delivery. No floor; at most 60 at once: --waiting 1,15,60 --rate 0."
            })
    private boolean stored;

    @Option(
            names = "--compress",
            description = {
                "Besides, in rooms of their own and in turn, clients that take the bodies compressed: bytes that clients read",
                "and CPU, beside those that take them as they are. Rooms compress from 512 bytes on: --body 1024. No floor."
            })
    private boolean compress;

    @Option(
            names = "--slow",
            paramLabel = "PERCENT",
            converter = Percent.class,
            description = {
                "So many of the clients stop reading, every other time: the latencies of the others with and without, at",
                "--rate; and whether these get their stored messages, all and in order, once they read again. What waits",
                "for them has to fill their sockets: --clients 2000 --body 1024 --seconds 10. No floor."
            })
    private double slowPercent;

    @Mixin
    private final Output output = new Output();

    /** A number, with or without its sign. */
    static final class Percent implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            double percent = Double.parseDouble(text.replace("%", ""));
            if (percent > 0 && percent < 100) {
                return percent;
            }
            throw new TypeConversionException("'" + text + "' (expected: above 0%, below 100%)");
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (slowPercent > 0 && !compress) {
            if (stored || options.perSecond() == 0) {
                throw new BenchException("--slow: wants a --rate, and broadcasts that are not stored");
            }
            try (PlatformOptions.Opened opened = sides.openRooms(options.clients(), output)) {
                return new SlowReadersReport(options, output, slowPercent)
                        .run(opened.hawser())
                        .exitCode(output);
            }
        }
        try (SideOptions.Opened opened = open()) {
            Fanout fanout = new Fanout(opened.contenders(), options, output);
            output.report(fanout.run("fanout"));
        }
        return 0;
    }

    private SideOptions.Opened open() {
        if (compress) {
            requireCompressible();
            return sides.openCompressed(options.clients(), output);
        }
        return stored
                ? sides.openStored(options.clients(), output)
                : sides.open(options.clients(), List.of(), List.of(), output);
    }

    private void requireCompressible() {
        if (stored || slowPercent > 0) {
            throw new BenchException("--compress: goes neither with --stored nor with --slow");
        }
        if (options.bodyBytes() < LEAST_COMPRESSED_BYTES) {
            throw new BenchException("--body: %d (expected: %d at least, from which rooms compress)"
                    .formatted(options.bodyBytes(), LEAST_COMPRESSED_BYTES));
        }
    }
}
