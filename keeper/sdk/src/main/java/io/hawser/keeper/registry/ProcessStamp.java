package io.hawser.keeper.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells this process from all others that ever ran, so that a restart need not wait for the session of the one that was
 * killed. It names the machine's boot, the process namespace, the process and when it began; whether another stamp's
 * process is dead can be said only from within the same boot and namespace. Needs Linux's {@code /proc}; elsewhere every
 * stamp is empty and nobody is ever declared dead.
 */
final class ProcessStamp {
    private static final Path PROC = Path.of("/proc");
    /** Where in /proc/PID/stat the start stands, counted after the command, which may hold spaces (proc(5), field 22). */
    private static final int START_AFTER_COMMAND = 19;

    private ProcessStamp() {}

    /** Returns this process's stamp, {@code boot/namespace/pid/start}, or an empty text where there is none. */
    static String own() {
        try {
            long pid = ProcessHandle.current().pid();
            return place() + "/" + pid + "/" + start(pid);
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    /** Returns true when the stamp's process has certainly ended. */
    static boolean isDead(String stamp) {
        String[] parts = stamp.split("/", -1);
        if (parts.length != 4) {
            return false;
        }
        try {
            if (!place().equals(parts[0] + "/" + parts[1])) {
                return false;
            }
            // Where not even the first process is to be seen, others' are hidden (hidepid), and may live.
            if (!Files.exists(PROC.resolve("1"))) {
                return false;
            }
            return !Files.exists(PROC.resolve(parts[2]))
                    || !start(Long.parseLong(parts[2])).equals(parts[3]);
        } catch (IOException | NumberFormatException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Returns whether the stamp is of a process of that number. */
    static boolean isOf(String stamp, long pid) {
        String[] parts = stamp.split("/", -1);
        return parts.length == 4 && parts[2].equals(Long.toString(pid));
    }

    private static String place() throws IOException {
        String boot =
                Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        String namespace = Files.readSymbolicLink(PROC.resolve("self/ns/pid"))
                .getFileName()
                .toString();
        return boot + "/" + namespace;
    }

    private static String start(long pid) throws IOException {
        String stat = Files.readString(PROC.resolve(pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[START_AFTER_COMMAND];
    }
}
