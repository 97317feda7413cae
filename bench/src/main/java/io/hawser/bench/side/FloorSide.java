package io.hawser.bench.side;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.JavaProcess;
import io.hawser.bench.measure.Proc;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Ramp;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The {@link FloorServer}: what epoll, the JVM and the kernel cost by themselves on this machine at this moment. */
public final class FloorSide implements Side {
    private static final int AT_ONCE = 256;

    private final JavaProcess process;
    private final String address;

    private FloorSide(JavaProcess process, String address) {
        this.process = process;
        this.address = address;
    }

    /** With a heap and a collector as a room's. */
    public static FloorSide start(List<String> flags) {
        JavaProcess process = JavaProcess.start(FloorServer.class.getName(), flags, List.of());
        try {
            return new FloorSide(process, "127.0.0.1:" + process.readLine());
        } catch (IOException e) {
            throw new BenchException("the floor ended before it was ready", e);
        }
    }

    @Override
    public String name() {
        return "floor";
    }

    @Override
    public Ramp ramp(boolean bind) {
        return Ramp.to(Ramp.Protocol.hawser, List.of(address), "bench", AT_ONCE, true);
    }

    @Override
    public List<Member> members(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Member("bench-" + i, "a token of a usual length, which nobody looks at"))
                .toList();
    }

    @Override
    public Map<String, Proc> servers() {
        return Map.of("floor", process.proc());
    }

    @Override
    public Map<String, Proc> helpers() {
        return Map.of();
    }

    @Override
    public boolean isJava() {
        return true;
    }

    @Override
    public void broadcast(List<byte[]> bodies) {
        process.tell(bodies.stream()
                .map(body -> Base64.getEncoder().encodeToString(body))
                .collect(Collectors.joining(" ")));
    }

    @Override
    public void close() {
        process.close();
    }
}
