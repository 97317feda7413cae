package io.hawser.bench.side;

import io.hawser.bench.measure.Proc;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Ramp;
import java.util.List;
import java.util.Map;

/** Something that clients connect to, and that gives what it is handed to all of them. */
public interface Side extends AutoCloseable {
    String name();

    /** How clients come. */
    Ramp ramp(boolean bind);

    /** Who may come. */
    List<Member> members(int count);

    /** The processes that hold the connections, by name. */
    Map<String, Proc> servers();

    /** What else has to run for it, by name. */
    Map<String, Proc> helpers();

    /** Whether its servers are JVMs, whose heaps can be asked. */
    boolean isJava();

    /** Whether its servers find out by themselves, and now and then, that there is something to give. */
    default boolean isFollowed() {
        return false;
    }

    /** Gives each of these to all who are here, at most once: all of them wait at the same moment. */
    void broadcast(List<byte[]> bodies);

    @Override
    void close();
}
