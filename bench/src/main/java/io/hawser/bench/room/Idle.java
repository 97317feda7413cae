package io.hawser.bench.room;

import io.hawser.bench.measure.CpuWatch;
import io.hawser.bench.measure.JavaHeap;
import io.hawser.bench.measure.KernelMemory;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Proc;
import io.hawser.bench.measure.Series;
import io.hawser.bench.side.Side;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Ramp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What connections cost that do nothing but live. Memory is the growth from none to all, each time after a full
 * collection.
 *
 * @param residentBytes of the servers, a connection
 * @param heapBytes that live, a connection; absent where it is no JVM
 * @param kernelBytes of the sockets, a connection's end; absent where the kernel does not tell
 * @param emptyCoreShare of one core, before they came
 * @param coreShare of one core, while they lived
 */
record Idle(
        String name,
        int clients,
        double residentBytes,
        OptionalLong heapBytes,
        OptionalLong kernelBytes,
        double emptyCoreShare,
        double coreShare,
        double othersShare,
        Pauses pauses) {
    /** Both ends of a connection are on this machine. */
    private static final int ENDS = 2;

    /** A few come and go first: what is done once, for the first of all, is no cost of a connection. */
    private static final int A_FEW = 20;

    private record Memory(long resident, long heap, OptionalLong kernel) {
        static Memory of(Side side) {
            long heap = side.isJava()
                    ? side.servers().values().stream()
                            .mapToLong(server -> JavaHeap.liveBytes(server.pid()))
                            .sum()
                    : 0;
            long resident = side.servers().values().stream()
                    .mapToLong(Proc::residentBytes)
                    .sum();
            return new Memory(resident, heap, KernelMemory.socketBytes());
        }
    }

    static Idle of(Contender on, int clients, int heartbeatSeconds, long settleSeconds, long holdSeconds)
            throws InterruptedException {
        List<Member> members = on.side().members(clients);
        Ramp ramp = on.side().ramp(true).beating(heartbeatSeconds);
        on.come(members.subList(0, Math.max(1, clients / A_FEW)), ramp);
        on.swarm().leave();
        TimeUnit.SECONDS.sleep(settleSeconds);
        Memory before = Memory.of(on.side());
        CpuWatch.Use empty = hold(on, holdSeconds);
        on.come(members, ramp);
        TimeUnit.SECONDS.sleep(settleSeconds);
        Memory after = Memory.of(on.side());
        CpuWatch.Use use = hold(on, holdSeconds);
        return new Idle(
                on.name(),
                clients,
                (double) (after.resident() - before.resident()) / clients,
                on.side().isJava() ? OptionalLong.of((after.heap() - before.heap()) / clients) : OptionalLong.empty(),
                kernel(before, after, clients),
                coreShare(on, empty),
                coreShare(on, use),
                use.othersShare(),
                on.pauses(use));
    }

    private static CpuWatch.Use hold(Contender on, long seconds) throws InterruptedException {
        CpuWatch watch = on.watch();
        TimeUnit.SECONDS.sleep(seconds);
        return watch.stop();
    }

    private static double coreShare(Contender on, CpuWatch.Use use) {
        return on.serverMicros(use) / 1e6 / use.seconds();
    }

    private static OptionalLong kernel(Memory before, Memory after, int clients) {
        return before.kernel().isPresent() && after.kernel().isPresent()
                ? OptionalLong.of((after.kernel().getAsLong() - before.kernel().getAsLong()) / clients / ENDS)
                : OptionalLong.empty();
    }

    String[] row() {
        return new String[] {
            name,
            Series.number(residentBytes),
            text(heapBytes),
            text(kernelBytes),
            "%.2f %%".formatted(100 * emptyCoreShare),
            "%.2f %%".formatted(100 * coreShare),
            "%.0f %%".formatted(100 * othersShare),
            pauses.text()
        };
    }

    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", name);
        figures.put("residentBytesPerConnection", Math.round(residentBytes));
        heapBytes.ifPresent(bytes -> figures.put("liveHeapBytesPerConnection", bytes));
        kernelBytes.ifPresent(bytes -> figures.put("kernelBytesPerEnd", bytes));
        figures.put("coreShareEmpty", emptyCoreShare);
        figures.put("coreShare", coreShare);
        figures.put("othersShareOfCpu", othersShare);
        figures.put("pauses", pauses.figures());
        return figures;
    }

    private static String text(OptionalLong bytes) {
        return bytes.isPresent() ? Series.number((double) bytes.getAsLong()) : "-";
    }
}
