<?php

abstract class OtherModule extends BaseModule
{
}
