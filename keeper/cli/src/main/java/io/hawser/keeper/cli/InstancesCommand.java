package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.cli.Fleet.Member;
import io.hawser.keeper.registry.InstanceStatus;
import io.hawser.keeper.registry.Registration;
import io.hawser.keeper.revision.Scope;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lists who runs, with what configuration, and what is wrong with it. */
@Command(
        name = "instances",
        description = "Lists the instances that run, the revisions they run, and what they refuse.",
        mixinStandardHelpOptions = true)
final class InstancesCommand implements Callable<Integer> {
    private static final String NONE = "-";
    private static final List<String> COLUMNS =
            List.of("SERVICE", "NAME", "STATE", "REVISION", "CANARY", "ADDRESS", "ADMIN", "STARTED", "NOTE");
    private static final List<String> MORE = List.of("ZONE", "INCARNATION", "VERSION", "ATTRIBUTES");

    @Mixin
    private Connection connection = new Connection();

    @Option(names = "--service", paramLabel = "SERVICE", description = "Only those of this service.")
    private @Nullable String service;

    @Option(names = "--wide", description = "Also zone, incarnation, version and attributes.")
    private boolean wide;

    @Mixin
    private Output output = new Output();

    @ParentCommand
    private KeeperCli keeper = KeeperCli.unknowing();

    @Override
    public Integer call() throws Exception {
        Fleet fleet = connection.use(Fleet::read);
        List<Member> members = service == null ? fleet.all() : fleet.of(service);
        if (members.isEmpty() && service != null) {
            keeper.configs().requireService(service);
        }
        output.print(json(members), out -> print(out, members));
        return Exit.DONE.number();
    }

    private void print(PrintWriter out, List<Member> members) {
        if (members.isEmpty()) {
            out.println(service == null ? "no instance runs" : service + ": no instance of it runs");
            return;
        }
        List<String> header = new ArrayList<>(COLUMNS);
        header.addAll(COLUMNS.size() - 1, wide ? MORE : List.of());
        Table.print(out, header, members.stream().map(this::row).toList());
    }

    private List<String> row(Member member) {
        Registration registered = member.registration();
        InstanceStatus status = member.status();
        List<String> row = new ArrayList<>(List.of(
                member.service(),
                member.name(),
                member.state(),
                status == null ? NONE : revisions(status),
                status == null || status.onTrial().isEmpty() ? NONE : String.join(" ", status.onTrial()),
                registered == null ? NONE : address(registered),
                status == null ? NONE : status.adminHost() + ":" + status.adminPort(),
                started(registered, status)));
        if (wide) {
            row.addAll(more(registered, status));
        }
        row.add(status == null ? "" : note(status));
        return row;
    }

    /** Where others link to it; of one that none links to, where its callers reach it. */
    private static String address(Registration registered) {
        if (registered.port() != 0) {
            return registered.host() + ":" + registered.port();
        }
        return registered.attributes().isEmpty()
                ? NONE
                : String.join(" ", new TreeMap<>(registered.attributes()).values());
    }

    /** Returns such as {@code cluster:3 service:8}. */
    private static String revisions(InstanceStatus status) {
        List<String> parts = new ArrayList<>();
        for (Scope.Kind kind : Scope.Kind.values()) {
            Integer number = status.running().get(kind.label());
            if (number != null) {
                parts.add(kind.label() + ":" + number);
            }
        }
        return parts.isEmpty() ? NONE : String.join(" ", parts);
    }

    private static String note(InstanceStatus status) {
        List<String> notes = new ArrayList<>();
        if (!status.why().isEmpty()) {
            String revisions = status.refused().entrySet().stream()
                    .map(refused -> " " + refused.getKey() + ":" + refused.getValue())
                    .sorted()
                    .collect(Collectors.joining());
            notes.add("refuses" + revisions + ": " + String.join("; ", status.why()));
        }
        new TreeMap<>(status.remarks()).forEach((about, words) -> notes.add(about + ": " + words));
        if (status.needRestart() > 0) {
            notes.add("changed keys that wait for a restart: " + status.needRestart());
        }
        return String.join("; ", notes);
    }

    private static List<String> more(@Nullable Registration registered, @Nullable InstanceStatus status) {
        return registered == null
                ? List.of(
                        NONE,
                        status == null ? NONE : String.valueOf(status.incarnation()),
                        status == null ? NONE : status.version(),
                        NONE)
                : List.of(
                        registered.zone().isEmpty() ? NONE : registered.zone(),
                        String.valueOf(registered.incarnation()),
                        registered.version(),
                        attributes(registered));
    }

    private static String started(@Nullable Registration registered, @Nullable InstanceStatus status) {
        if (registered != null) {
            return seconds(registered.startedAt().toString());
        }
        return status == null ? NONE : seconds(status.startedAt().toString());
    }

    private static String seconds(String instant) {
        int fraction = instant.indexOf('.');
        return fraction < 0 ? instant : instant.substring(0, fraction) + "Z";
    }

    private static String attributes(Registration instance) {
        return instance.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(attribute -> attribute.getKey() + "=" + attribute.getValue())
                .collect(Collectors.joining(" "));
    }

    private static ArrayNode json(List<Member> members) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Member member : members) {
            ObjectNode one = list.addObject().put("service", member.service()).put("name", member.name());
            one.put("state", member.state());
            Registration registered = member.registration();
            InstanceStatus status = member.status();
            one.set("registration", registered == null ? null : registered.toTree());
            one.set("status", status == null ? null : status.toTree());
        }
        return list;
    }
}
