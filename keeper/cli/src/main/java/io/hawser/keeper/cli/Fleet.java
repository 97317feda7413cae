package io.hawser.keeper.cli;

import io.hawser.keeper.config.Nearest;
import io.hawser.keeper.registry.InstanceStatus;
import io.hawser.keeper.registry.Registration;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** The instances that run now, by what they say of themselves to others and to operators. */
final class Fleet {
    private final List<Member> members;

    /**
     * One instance.
     *
     * @param registration what it says to others; null: it does not serve them, or has left them already
     * @param status what it says to operators; null: nothing, as one that is just starting
     */
    record Member(
            String service,
            String name,
            @Nullable Registration registration,
            @Nullable InstanceStatus status) {
        String state() {
            return status == null ? "unknown" : status.state();
        }

        @Override
        public String toString() {
            return service + "/" + name;
        }
    }

    private Fleet(List<Member> members) {
        this.members = members;
    }

    /** Reads all, sorted by service and name. */
    static Fleet read(CuratorFramework client) throws Exception {
        Map<String, Registration> registered = new TreeMap<>();
        for (String service : children(client, ZooKeeperPaths.services())) {
            for (String name : children(client, ZooKeeperPaths.members(service))) {
                byte[] data = data(client, ZooKeeperPaths.member(service, name));
                if (data != null) {
                    registered.put(service + "/" + name, Registration.fromJson(service, name, data));
                }
            }
        }
        return new Fleet(join(registered, statuses(client, children(client, ZooKeeperPaths.RUNNING))));
    }

    /** Reads only what is said to operators, and only of the services that a scope is about. */
    static Fleet readStatuses(CuratorFramework client, Scope scope) throws Exception {
        List<String> services = switch (scope) {
            case Scope.Cluster all -> children(client, ZooKeeperPaths.RUNNING);
            case Scope.Service one -> List.of(one.service());
            case Scope.Instance one -> List.of(one.service());
        };
        return new Fleet(join(Map.of(), statuses(client, services)));
    }

    private static Map<String, InstanceStatus> statuses(CuratorFramework client, List<String> services)
            throws Exception {
        Map<String, InstanceStatus> running = new TreeMap<>();
        for (String service : services) {
            for (String name : children(client, ZooKeeperPaths.running(service))) {
                byte[] data = data(client, ZooKeeperPaths.running(service, name));
                if (data != null) {
                    running.put(service + "/" + name, InstanceStatus.fromJson(data));
                }
            }
        }
        return running;
    }

    List<Member> all() {
        return members;
    }

    List<Member> of(String service) {
        return members.stream()
                .filter(member -> member.service().equals(service))
                .toList();
    }

    /** Returns what the instances that a scope holds for say, but for those about to end. */
    List<InstanceStatus> serving(Scope scope) {
        List<InstanceStatus> serving = new ArrayList<>();
        for (Member member : members) {
            InstanceStatus status = member.status();
            if (status != null
                    && scope.covers(member.service(), member.name())
                    && !status.state().equals("draining")) {
                serving.add(status);
            }
        }
        return serving;
    }

    /**
     * Finds an instance that can be told something.
     *
     * @param name {@code NAME}, or {@code SERVICE/NAME} where several services have one of that name
     * @throws HawserException with NOT_FOUND when none runs by that name, INVALID_ARGUMENT when several do
     */
    InstanceStatus find(String name) {
        List<Member> found = members.stream()
                .filter(member ->
                        member.name().equals(name) || member.toString().equals(name))
                .toList();
        if (found.size() > 1) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    name + ": several go by this name (expected: one of "
                            + String.join(
                                    ", ", found.stream().map(Member::toString).toList()) + ")");
        }
        if (found.isEmpty()) {
            throw HawserException.refusal(ErrorCode.NOT_FOUND, name + ": no such instance runs" + hint(name));
        }
        InstanceStatus status = found.getFirst().status();
        if (status == null) {
            throw HawserException.refusal(
                    ErrorCode.NOT_FOUND,
                    name + ": is registered, but does not say how it is (expected: it is just starting)");
        }
        return status;
    }

    private String hint(String name) {
        List<String> known = members.stream()
                .flatMap(member -> Stream.of(member.name(), member.toString()))
                .toList();
        return Nearest.to(name, known)
                .map(nearest -> " (did you mean " + nearest + "?)")
                .orElse(" (see: keeper instances)");
    }

    private static List<Member> join(Map<String, Registration> registered, Map<String, InstanceStatus> running) {
        Map<String, Member> members = new TreeMap<>();
        registered.forEach(
                (key, one) -> members.put(key, new Member(one.service(), one.name(), one, running.get(key))));
        running.forEach((key, one) -> members.putIfAbsent(key, new Member(one.service(), one.name(), null, one)));
        return List.copyOf(members.values());
    }

    private static List<String> children(CuratorFramework client, String path) throws Exception {
        try {
            return client.getChildren().forPath(path);
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }

    private static byte @Nullable [] data(CuratorFramework client, String path) throws Exception {
        try {
            return client.getData().forPath(path);
        } catch (KeeperException.NoNodeException e) {
            // It left while the list was read, and so is not part of it.
            return null;
        }
    }
}
