/**
 * {@code ./hawser chaos}: a workload from outside, faults drawn by a seed, and a checker over what happened.
 *
 * <pre>
 *   Chaos ─ ChaosRun ┬ load.Workload ─▶ senders ─▶ center … rooms ─▶ load.Phones ══ lines ══▶ PhonesProcess × 2 (the SDK)
 *                    │        every invocation, answer, delivery ─▶ history.History
 *                    ├ fault.Nemesis ─▶ Fault, Fault …  ─▶ fault.Machine (the agent of the cluster, its stores)
 *                    └ check.Checker ◀─ history                        afterwards, and of nothing else
 * </pre>
 */
@NullMarked
package io.hawser.bench.chaos;

import org.jspecify.annotations.NullMarked;
