<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** The vendor's registrar module as it is installed in this panel. */
final class Module
{
    /** Whether the module's files are there. */
    public bool $present;
    /** Whether the panel has it switched on; null: the panel does not tell. */
    public ?bool $active;
    /** The module's own version, '2.0.16'. */
    public ?string $version;
    /** The version of the vendor's PHP library that the module brings along, '3.0.16'. */
    public ?string $library;

    public function __construct(bool $present, ?bool $active, ?string $version, ?string $library)
    {
        $this->present = $present;
        $this->active = $active;
        $this->version = $version;
        $this->library = $library;
    }
}
