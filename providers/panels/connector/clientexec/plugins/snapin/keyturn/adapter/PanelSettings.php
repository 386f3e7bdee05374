<?php

declare(strict_types=1);

namespace Keyturn\Connector\ClientExec;

use Keyturn\Connector\Refusal;

/**
 * ClientExec's own settings, by the two functions that published plugins use: get(name) and updateValue(name, value). What ClientExec
 * does around them (caches, encryption of a field that asks for it) is thereby right.
 */
final class PanelSettings
{
    /** @var object|null */
    private $given;

    /** @var string|null */
    private $way;

    /** @param object|null $given what the dispatcher gave to the snapin, if it reached it */
    public function __construct($given, ?string $way)
    {
        $this->given = $given;
        $this->way = $way;
    }

    /**
     * @param array<int,string> $names
     * @return array<string,mixed> null for a setting that is not there
     */
    public function values(array $names): array
    {
        $settings = $this->fresh();
        $values = [];
        foreach ($names as $name) {
            $value = $settings->get($name);
            $values[$name] = is_scalar($value) ? $value : null;
        }
        return $values;
    }

    /**
     * Each value of ours is written in a call of its own: ClientExec has no function for several.
     *
     * @param mixed $value
     */
    public function put(
        string $name,
        #[\SensitiveParameter]
        $value
    ): void {
        $this->fresh()->updateValue($name, $value);
    }

    /**
     * An object made now reads the table now; the one that the page began with may remember.
     *
     * @throws Refusal naming the ways that were tried
     */
    private function fresh(): object
    {
        $settings = self::made() ?? $this->given;
        if ($settings !== null) {
            return $settings;
        }
        $tried = $this->way === null ? array_keys(Boot::WAYS) : [$this->way];
        throw new Refusal('panel-error', 'ClientExec could not be started from inside.', ['tried' => $tried]);
    }

    private static function made(): ?object
    {
        try {
            return class_exists('CE_Settings') ? new \CE_Settings() : null;
        } catch (\Throwable $error) {
            // No database, for one. The text may say with which password.
            return null;
        }
    }
}
