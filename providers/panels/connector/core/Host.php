<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/**
 * What the connector needs from the panel it is installed in. One class for each panel implements it.
 *
 * A method may throw Refusal with a message in our own words. Anything else it throws, prints or warns of is dropped,
 * because the panel's own texts may hold the stored credential.
 */
interface Host
{
    /** The kind of panel as Keyturn's configuration spells it: 'whmcs', 'blesta' ... */
    public function kind(): string;

    /** The panel's own version, null if it does not tell. */
    public function version(): ?string;

    /** The vendor's registrar module in this panel. */
    public function module(): Module;

    /**
     * Every place that holds a credential of the module's own.
     *
     * @return array<string,string> id => label for people; ['' => ...] for a panel that has one place
     */
    public function places(): array;

    /** What is stored, decrypted, byte for byte. Throws Refusal('place-unknown') and the like. */
    public function read(string $place): Stored;

    /** Writes all of $wanted through the panel's own functions. Throws Refusal('by-hand') if there is none. */
    public function write(string $place, Stored $wanted): void;

    /** Whether write() can work here at all. */
    public function canWrite(): bool;
}
