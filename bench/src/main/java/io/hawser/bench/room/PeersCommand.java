package io.hawser.bench.room;

import io.hawser.bench.measure.Output;
import io.hawser.bench.side.BrokerKind;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench peers}: the same broadcasts on other brokers. */
@Command(
        name = "peers",
        header = "Measures broadcasts beside other brokers, in one run.",
        description = {
            "The workload of 'fanout', with the same clients and payloads, at most once and without persistence on every",
            "side: Hawser's room, the floor, Mosquitto with and without allow_duplicate_messages, NATS. A broker that is",
            "not installed is skipped, and said to be."
        })
public final class PeersCommand implements Callable<Integer> {
    @Mixin
    private final SideOptions sides = new SideOptions();

    @Mixin
    private final FanoutOptions options = new FanoutOptions();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        List<BrokerKind> brokers = List.of(BrokerKind.values());
        try (SideOptions.Opened opened = sides.open(options.clients(), List.of(), brokers, output)) {
            output.report(new Fanout(opened.contenders(), options, output).run("peers"));
        }
        return 0;
    }
}
