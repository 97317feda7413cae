package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.registry.InstanceStatus;
import io.hawser.keeper.revision.Pointer;
import io.hawser.keeper.revision.Revision;
import io.hawser.keeper.revision.Scope;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.curator.framework.CuratorFramework;
import picocli.CommandLine.Option;

/** Waits until the instances that a change is meant for say that they run it, or refuse it. */
final class Rollout {
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration STEP = Duration.ofMillis(100);

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            converter = Converters.OfDuration.class,
            description = "How long to wait for the instances to say that they run it; 0s: not at all (default: 10s).")
    private Duration atMost = Duration.ofSeconds(10);

    /** What an instance makes of a revision. */
    enum Verdict {
        RUNS,
        REFUSES,
        SILENT;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What an instance says.
     *
     * @param revision that it runs in this scope
     */
    record Reply(String member, int revision, Verdict verdict, List<String> notes) {}

    /** Returns whether the instances are asked at all. */
    boolean waits() {
        return !atMost.isZero();
    }

    /**
     * Waits for all that run, or for those on trial alone.
     *
     * @param now what was written
     */
    List<Reply> await(CuratorFramework client, Scope scope, Pointer now, List<String> onlyThese) throws Exception {
        long deadlineNs = System.nanoTime() + Math.min(atMost.toNanos(), LONGEST.toNanos());
        while (true) {
            List<Reply> replies = replies(client, scope, now, onlyThese);
            boolean settled = replies.stream().noneMatch(reply -> reply.verdict() == Verdict.SILENT);
            if (settled || System.nanoTime() - deadlineNs >= 0) {
                return replies;
            }
            Thread.sleep(STEP);
        }
    }

    /** Returns what they say now; those on trial of whom there is nothing to hear are silent. */
    static List<Reply> replies(CuratorFramework client, Scope scope, Pointer now, List<String> onlyThese)
            throws Exception {
        List<InstanceStatus> serving = Fleet.readStatuses(client, scope).serving(scope);
        if (onlyThese.isEmpty()) {
            return serving.stream().map(one -> reply(one, scope, now)).toList();
        }
        return onlyThese.stream()
                .map(member -> serving.stream()
                        .filter(one -> named(one).equals(member))
                        .findFirst()
                        .map(one -> reply(one, scope, now))
                        .orElse(new Reply(member, Revision.NOTHING, Verdict.SILENT, List.of("does not run"))))
                .toList();
    }

    static Exit exit(List<Reply> replies) {
        if (replies.stream().anyMatch(reply -> reply.verdict() == Verdict.REFUSES)) {
            return Exit.REFUSED;
        }
        boolean silent = replies.stream().anyMatch(reply -> reply.verdict() == Verdict.SILENT);
        return silent ? Exit.TIMEOUT : Exit.DONE;
    }

    static void print(PrintWriter out, List<Reply> replies) {
        if (replies.isEmpty()) {
            out.println("no instance runs that it is meant for");
            return;
        }
        Table.print(
                out,
                List.of("INSTANCE", "REVISION", "SAYS", "NOTE"),
                replies.stream()
                        .map(reply -> List.of(
                                reply.member(),
                                reply.revision() == Revision.NOTHING ? "-" : String.valueOf(reply.revision()),
                                reply.verdict().label(),
                                String.join("; ", reply.notes())))
                        .toList());
    }

    static ArrayNode json(List<Reply> replies) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Reply reply : replies) {
            ObjectNode one = list.addObject()
                    .put("instance", reply.member())
                    .put("revision", reply.revision())
                    .put("says", reply.verdict().label());
            reply.notes().forEach(one.putArray("notes")::add);
        }
        return list;
    }

    private static List<String> silence(InstanceStatus status) {
        return List.of("has not said that it runs or refuses it; it is " + status.state());
    }

    private static Reply reply(InstanceStatus status, Scope scope, Pointer now) {
        String kind = scope.kind().label();
        int meant = now.chosenFor(status.service(), status.name());
        int running = status.running().getOrDefault(kind, Revision.NOTHING);
        if (running == meant) {
            return new Reply(named(status), running, Verdict.RUNS, waiting(status));
        }
        boolean refused = meant != Revision.NOTHING && status.refused().getOrDefault(kind, Revision.NOTHING) == meant;
        return new Reply(
                named(status),
                running,
                refused ? Verdict.REFUSES : Verdict.SILENT,
                refused ? status.why() : silence(status));
    }

    private static List<String> waiting(InstanceStatus status) {
        return status.needRestart() == 0
                ? List.of()
                : List.of("changed keys that wait for a restart: " + status.needRestart());
    }

    private static String named(InstanceStatus status) {
        return status.service() + "/" + status.name();
    }
}
