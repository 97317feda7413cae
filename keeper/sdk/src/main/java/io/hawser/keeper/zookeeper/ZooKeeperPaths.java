package io.hawser.keeper.zookeeper;

/** Where in ZooKeeper things stand. The formats are described in the module's README. */
public final class ZooKeeperPaths {
    /** Each write to this node gives an incarnation: the zxid of that write. */
    public static final String INCARNATION = "/hawser/incarnation";

    /** Parent of what was written for each scope of the configuration. */
    public static final String REVISIONS = "/hawser/revisions";

    /** Parent of what the instances of all services run. */
    public static final String RUNNING = "/hawser/running";

    private ZooKeeperPaths() {}

    /** Parent of the ephemeral registrations of a service; its pzxid is the version of the membership. */
    public static String members(String service) {
        return "/hawser/services/" + service;
    }

    public static String member(String service, String name) {
        return members(service) + "/" + name;
    }

    /** Parent of all services' registrations. */
    public static String services() {
        return "/hawser/services";
    }

    /** Its data's version counts the names that were allotted to instances of the service. */
    public static String names(String service) {
        return "/hawser/names/" + service;
    }

    /** Stays for ever once the name was used, so that it is not allotted again. */
    public static String name(String service, String name) {
        return names(service) + "/" + name;
    }

    /** The ephemeral node of the process that goes by the name now. */
    public static String holder(String service, String name) {
        return name(service, name) + "/holder";
    }

    /** Which revision of the cluster's configuration holds. */
    public static String config() {
        return "/hawser/config";
    }

    /** Which revision holds for all instances of the service. */
    public static String config(String service) {
        return config() + "/" + service;
    }

    /** Which revision holds for one instance. */
    public static String config(String service, String name) {
        return config(service) + "/" + name;
    }

    /** Parent of what the instances of a service run. */
    public static String running(String service) {
        return RUNNING + "/" + service;
    }

    /** The ephemeral node in which an instance says what it runs. */
    public static String running(String service, String name) {
        return running(service) + "/" + name;
    }

    /** Parent of the orders to an instance, each ephemeral and of the operator who gave it. */
    public static String orders(String service, String name) {
        return "/hawser/orders/" + service + "/" + name;
    }
}
