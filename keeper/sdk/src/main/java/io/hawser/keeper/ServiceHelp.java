package io.hawser.keeper;

import picocli.CommandLine.Model.CommandSpec;

/** What {@code --help} says of a service, besides the options that all services have in common. */
final class ServiceHelp {
    private ServiceHelp() {}

    /** Completes the help of the service's command. */
    static void complete(CommandSpec spec, String service) {
        spec.usageMessage()
                .description(purpose(service))
                .footer(
                        "",
                        "Its configuration keys and their defaults: %s/README.md. What it runs with: /config of its"
                                        .formatted(service)
                                + " admin port (admin.port).");
    }

    private static String purpose(String service) {
        return switch (service) {
            case "dispatcher" -> "Tells clients which room to connect to.";
            case "room" -> "Holds clients' connections, and brings them what is in their mailboxes.";
            case "register" -> "Knows which room holds which of a user's devices.";
            case "saver" -> "Keeps users' messages, in Redis and MySQL.";
            case "center" -> "Serves the API: back ends of apps send and ask, operators operate.";
            case "coordinator" -> "Carries what has to happen in another room, such as the end of a binding.";
            default -> "A service of a Hawser platform.";
        };
    }
}
