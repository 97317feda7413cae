package io.hawser.keeper.cli;

import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.revision.ScopeState;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;

/** The texts that hold for all scopes at one time; what is only on trial is left out. */
record Texts(Map<Scope, String> byScope) {
    Texts {
        byScope = Map.copyOf(byScope);
    }

    static Texts none() {
        return new Texts(Map.of());
    }

    /** Reads those that have to do with a service; with that of every service where the scope is the cluster. */
    static Texts around(CuratorFramework client, RevisionStore store, Scope scope) throws Exception {
        Map<Scope, String> texts = new HashMap<>();
        add(texts, store, new Scope.Cluster());
        for (String service : services(client, scope)) {
            add(texts, store, new Scope.Service(service));
            for (String name : children(client, ZooKeeperPaths.config(service))) {
                add(texts, store, new Scope.Instance(service, name));
            }
        }
        return new Texts(texts);
    }

    Texts with(Scope scope, String yaml) {
        Map<Scope, String> changed = new HashMap<>(byScope);
        changed.put(scope, yaml);
        return new Texts(changed);
    }

    String of(Scope scope) {
        return byScope.getOrDefault(scope, "");
    }

    /** Returns the names of a service's instances that have a configuration of their own, sorted. */
    Set<String> instances(String service) {
        Set<String> names = new TreeSet<>();
        for (Scope scope : byScope.keySet()) {
            if (scope instanceof Scope.Instance one && one.service().equals(service)) {
                names.add(one.name());
            }
        }
        return names;
    }

    private static void add(Map<Scope, String> texts, RevisionStore store, Scope scope) throws Exception {
        ScopeState state = store.read(scope);
        texts.put(scope, store.revision(scope, state, state.pointer().stable()).yaml());
    }

    private static List<String> services(CuratorFramework client, Scope scope) throws Exception {
        return switch (scope) {
            case Scope.Cluster all -> children(client, ZooKeeperPaths.config());
            case Scope.Service one -> List.of(one.service());
            case Scope.Instance one -> List.of(one.service());
        };
    }

    private static List<String> children(CuratorFramework client, String path) throws Exception {
        try {
            return client.getChildren().forPath(path);
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }
}
