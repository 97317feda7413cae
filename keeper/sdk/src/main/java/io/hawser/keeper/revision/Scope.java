package io.hawser.keeper.revision;

import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose configuration is meant: the whole cluster's, a service's, or one instance's. They are merged in this order, the
 * narrower over the wider.
 */
public sealed interface Scope {
    /** How the cluster's scope is written; no service has that name. */
    String CLUSTER_NAME = "cluster";

    /** The kinds, from wide to narrow. */
    enum Kind {
        CLUSTER,
        SERVICE,
        INSTANCE;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** All services. */
    record Cluster() implements Scope {
        @Override
        public String toString() {
            return CLUSTER_NAME;
        }
    }

    /** All instances of a service. */
    record Service(String service) implements Scope {
        @Override
        public String toString() {
            return service;
        }
    }

    /** One instance. */
    record Instance(String service, String name) implements Scope {
        @Override
        public String toString() {
            return service + "/" + name;
        }
    }

    /** Returns the scopes that hold for an instance, the widest first. */
    static List<Scope> of(String service, String name) {
        return List.of(new Cluster(), new Service(service), new Instance(service, name));
    }

    /**
     * Reads {@code cluster}, {@code SERVICE} or {@code SERVICE/INSTANCE}.
     *
     * @throws HawserException with INVALID_ARGUMENT when it is none of these
     */
    static Scope parse(String text) {
        Matcher form = Form.SCOPE.matcher(text);
        if (!form.matches()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, text + " (expected: cluster, SERVICE or SERVICE/INSTANCE)");
        }
        if (form.group(2) != null) {
            return new Instance(form.group(1), form.group(2));
        }
        return text.equals(CLUSTER_NAME) ? new Cluster() : new Service(text);
    }

    default Kind kind() {
        return switch (this) {
            case Cluster cluster -> Kind.CLUSTER;
            case Service service -> Kind.SERVICE;
            case Instance instance -> Kind.INSTANCE;
        };
    }

    /** Returns whether the scope holds for this instance. */
    default boolean covers(String ofService, String named) {
        return switch (this) {
            case Cluster cluster -> true;
            case Service all -> all.service().equals(ofService);
            case Instance one -> one.service().equals(ofService) && one.name().equals(named);
        };
    }

    /** Returns the node that tells which revision holds. */
    default String pointerPath() {
        return switch (this) {
            case Cluster cluster -> ZooKeeperPaths.config();
            case Service all -> ZooKeeperPaths.config(all.service());
            case Instance one -> ZooKeeperPaths.config(one.service(), one.name());
        };
    }

    /** Returns the parent of the revisions, a node each by their number. */
    default String revisionsPath() {
        return switch (this) {
            case Cluster cluster -> ZooKeeperPaths.REVISIONS + "/cluster";
            case Service all -> ZooKeeperPaths.REVISIONS + "/services/" + all.service();
            case Instance one -> ZooKeeperPaths.REVISIONS + "/instances/" + one.service() + "/" + one.name();
        };
    }

    /** The written form. */
    final class Form {
        private static final String NAME = "([a-z0-9][a-z0-9._-]{0,63})";
        private static final Pattern SCOPE = Pattern.compile(NAME + "(?:/" + NAME + ")?");

        private Form() {}
    }
}
