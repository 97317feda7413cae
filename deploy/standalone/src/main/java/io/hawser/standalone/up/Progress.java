package io.hawser.standalone.up;

import java.io.PrintStream;

/** What the person who waits is told, on standard error. */
public final class Progress {
    private final PrintStream out;
    private final long startedNs = System.nanoTime();

    public Progress(PrintStream out) {
        this.out = out;
    }

    public void say(String what) {
        line("hawser: " + what);
    }

    /** Says that a part is ready, where it is, and how long after the start. */
    void ready(Part part, String address) {
        line("hawser: %5.1f s  %-12s %s".formatted(seconds(), part.label(), address));
    }

    public double seconds() {
        return (System.nanoTime() - startedNs) / 1e9;
    }

    private void line(String text) {
        synchronized (out) {
            out.println(text);
            out.flush();
        }
    }
}
