package io.hawser.bench.room;

import io.hawser.bench.measure.Output;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
    @Mixin
    private final SideOptions sides = new SideOptions();

    @Mixin
    private final FanoutOptions options = new FanoutOptions();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        try (SideOptions.Opened opened = sides.open(options.clients(), List.of(), List.of(), output)) {
            Fanout fanout = new Fanout(opened.contenders(), options, output);
            output.report(fanout.run("fanout"));
        }
        return 0;
    }
}
