<?php

/** What every module of HostBill is. The factory fills in the settings that are stored. */
abstract class BaseModule
{
    protected $version = '1.0';
    protected $modname = '';
    protected $description = '';
    protected $configuration = [];
    protected $info = [];
    private $errors = [];
    private $infos = [];
    private $moduleId = 0;

    final public function stored(int $id, array $configuration): void
    {
        $this->moduleId = $id;
        $this->configuration = array_replace_recursive($this->configuration, $configuration);
    }

    public function getModuleId()
    {
        return $this->moduleId;
    }

    public function getModName()
    {
        return $this->modname;
    }

    /** The messages that the admin area shows after "Test Configuration". */
    final public function messages(): array
    {
        return ['errors' => $this->errors, 'infos' => $this->infos];
    }

    protected function addError($text)
    {
        $this->errors[] = $text;
    }

    protected function addInfo($text)
    {
        $this->infos[] = $text;
    }
}
