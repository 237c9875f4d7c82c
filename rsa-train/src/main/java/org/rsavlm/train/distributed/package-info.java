/**
 * Several ranks (processes) that train one model together.
 *
 * <p>{@link org.rsavlm.train.distributed.Communicator} is all that other code sees: collectives on
 * arrays, small ones on Java values, and {@code abort}. {@link
 * org.rsavlm.train.distributed.Communicators} makes one from what the launcher left in the
 * environment ({@link org.rsavlm.train.distributed.RankIdentity}); without a launcher it is {@link
 * org.rsavlm.train.distributed.Communicator#single()}, so that a loop is written once.
 *
 * <ul>
 *   <li>{@code RankCommunicator} checks shapes, counts bytes and sends each array to a {@code
 *       Transport}: raw pointers, non-blocking.
 *   <li>{@code MpiTransport} (CPU tensors and control) on {@code MpiLibrary}; {@code MpiFamily}
 *       knows what differs between Open MPI and MPICH.
 *   <li>{@code NcclTransport} (CUDA tensors) on {@code NcclLibrary}; {@code NcclWatch} looks after
 *       what is on its way.
 *   <li>{@link org.rsavlm.train.distributed.RankAgreement} refuses ranks that were started with
 *       different settings; {@code RollCall} finds out who is missing when a deadline is over.
 *   <li>{@link org.rsavlm.train.distributed.RankLauncher} starts ranks on one machine.
 * </ul>
 *
 * <p>Nothing here knows what is trained. docs/scaling.md says how to launch.
 */
@NullMarked
package org.rsavlm.train.distributed;

import org.jspecify.annotations.NullMarked;
