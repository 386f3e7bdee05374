<?php

declare(strict_types=1);

namespace Keyturn\Connector\HostBill;

use Keyturn\Connector\Refusal;

/** Saves through HostBill's own functions, if it has one that is certainly the right one. Never through its tables. */
final class Savers
{
    /**
     * No public document names the function that saves a module's settings or an App [unknown; docs/panels/hostbill.md says how to
     * find out]. These are the forms it would have. One counts only if it is there, is public and takes exactly these arguments under
     * these names, and it is believed only if the stored row has changed afterwards. With none of them a person has to enter the values.
     */
    public const MODULE = [
        ['on' => 'module', 'function' => 'saveConfiguration', 'arguments' => ['configuration']],
        ['on' => 'factory', 'function' => 'saveModuleConfiguration', 'arguments' => ['id', 'configuration']],
    ];
    public const APP = [
        ['on' => 'servers', 'function' => 'updateServer', 'arguments' => ['id', 'details']],
        ['on' => 'servers', 'function' => 'saveServerDetails', 'arguments' => ['id', 'details']],
    ];

    private StoredRow $row;

    public function __construct(StoredRow $row)
    {
        $this->row = $row;
    }

    public function hasForModule(object $module): bool
    {
        return $this->row->ofModule() !== null && $this->pick(self::MODULE, $module) !== null;
    }

    public function hasForApp(string $id): bool
    {
        return $this->row->ofApp($id) !== null && $this->pick(self::APP, null) !== null;
    }

    /** @param array<string,mixed> $configuration */
    public function saveModule(object $module, #[\SensitiveParameter]
        array $configuration): void
    {
        $before = $this->row->ofModule();
        $saver = $before === null ? null : $this->pick(self::MODULE, $module);
        if ($saver === null) {
            throw $this->byHand();
        }
        $arguments = ['configuration' => $configuration, 'id' => $this->idOf($module)];
        $this->call($saver, $arguments);
        if ($this->row->ofModule() === $before) {
            throw $this->byHand();
        }
    }

    /** @param array<string,mixed> $details */
    public function saveApp(string $id, #[\SensitiveParameter]
        array $details): void
    {
        $before = $this->row->ofApp($id);
        $saver = $before === null ? null : $this->pick(self::APP, null);
        if ($saver === null) {
            throw $this->byHand();
        }
        $this->call($saver, ['id' => $id, 'details' => $details]);
        if ($this->row->ofApp($id) === $before) {
            throw $this->byHand();
        }
    }

    /**
     * @param array<int,array{on:string,function:string,arguments:array<int,string>}> $candidates
     * @return array{object,string,array<int,string>}|null
     */
    private function pick(array $candidates, ?object $module): ?array
    {
        foreach ($candidates as $candidate) {
            $object = $this->objectOf($candidate['on'], $module);
            if ($object !== null && $this->takes($object, $candidate['function'], $candidate['arguments'])) {
                return [$object, $candidate['function'], $candidate['arguments']];
            }
        }

        return null;
    }

    /** @param array<int,string> $names */
    private function takes(object $object, string $function, array $names): bool
    {
        if (!method_exists($object, $function)) {
            return false;
        }
        $method = new \ReflectionMethod($object, $function);
        $parameters = array_map(static fn (\ReflectionParameter $one): string => $one->getName(), $method->getParameters());

        return $method->isPublic() && !$method->isStatic() && $parameters === $names;
    }

    private function objectOf(string $on, ?object $module): ?object
    {
        if ($on === 'module') {
            return $module;
        }
        if ($on === 'factory') {
            return class_exists('ModuleFactory') ? \ModuleFactory::singleton() : null;
        }
        $servers = class_exists('HBLoader') ? \HBLoader::LoadModel('Servers') : null;

        return is_object($servers) ? $servers : null;
    }

    /** @return mixed */
    private function idOf(object $module)
    {
        return method_exists($module, 'getModuleId') ? $module->getModuleId() : null;
    }

    /**
     * @param array{object,string,array<int,string>} $saver
     * @param array<string,mixed> $values
     */
    private function call(array $saver, #[\SensitiveParameter]
        array $values): void
    {
        [$object, $function, $names] = $saver;
        $object->$function(...array_map(static fn (string $name) => $values[$name], $names));
    }

    private function byHand(): Refusal
    {
        return new Refusal('by-hand', 'HostBill has no known function to save these settings.');
    }
}
