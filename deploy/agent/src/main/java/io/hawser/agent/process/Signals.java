package io.hawser.agent.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The signals that Java has no word for, by kill(2). */
public final class Signals {
    private static final int KILL = 9;
    private static final boolean MAC = System.getProperty("os.name", "").startsWith("Mac");

    private final MethodHandle kill;

    public Signals() {
        this.kill = bind();
    }

    /** The process stands still until it is resumed; connections to it stay open. False when there is none. */
    public boolean pause(long pid) {
        return send(pid, MAC ? 17 : 19);
    }

    public boolean resume(long pid) {
        return send(pid, MAC ? 19 : 18);
    }

    /** Ends at once what is left of the group that the process led. False when nothing is. */
    public boolean killGroup(long leader) {
        // kill(0) and kill(-1) would mean our own group, and everybody.
        return leader > 1 && send(-leader, KILL);
    }

    private boolean send(long pid, int signal) {
        try {
            return (int) kill.invokeExact((int) pid, signal) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("kill(" + pid + ", " + signal + ")", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle bind() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find("kill").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }
}
